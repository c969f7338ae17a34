// The smallest calls that a site or a back office makes: they must compile as they stand, with nothing filled in.
import createClient from "openapi-fetch";

import type { paths } from "./api.js";

const client = createClient<paths>({ baseUrl: "." });

export async function apply(name: string, phone: string): Promise<string> {
  const { data, error } = await client.POST("/submit-application", { body: { name, phone } });
  if (error) throw new Error(error.message);
  return data.ticket_id;
}

export async function messages(client_id: string): Promise<number> {
  const { data } = await client.GET("/messages", { params: { query: { client_id } } });
  return data ? data.messages.length : 0;
}

export async function lead(phone: string): Promise<string[]> {
  const { data } = await client.POST("/gocrm/leads", { body: { phone } });
  return data?.warnings ?? [];
}
