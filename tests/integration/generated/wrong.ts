// What the interface does not have must not compile, or the program beside this one proves nothing.
import createClient from "openapi-fetch";

import type { paths } from "./api.js";

const client = createClient<paths>({ baseUrl: "." });

export const misspelt = client.POST("/submit-aplication", { body: { name: "Anna" } });
export const misfilled = client.POST("/submit-application", { body: { name: ["Anna"] } });
