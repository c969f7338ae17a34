// A real OpenID Connect provider on loopback: node provider.mjs [port]. It prints its address; everybody may sign in as anybody.
import { generateKeyPairSync, webcrypto } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

globalThis.crypto ??= webcrypto; // Debian's node is older than the provider would like

// Installed apart from the sources: NODE_MODULES says where.
const home = createRequire(process.env.NODE_MODULES ? `${process.env.NODE_MODULES}/` : import.meta.url);
const { Provider } = await import(pathToFileURL(home.resolve("oidc-provider")).href);

const API = "https://frontdesk.example/api";
const SCOPES = "consultations:create clients:read clients:write";
const CALLBACK = "https://site.example/callback";

function key(kid, type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig" };
}

const server = createServer();
await new Promise((ready) => server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  jwks: { keys: [key("curve", "ec", { namedCurve: "P-256" }), key("modulus", "rsa", { modulusLength: 2048 })] },
  clients: [
    { client_id: "crm", client_secret: "secret-of-the-crm", grant_types: ["client_credentials"], response_types: [], redirect_uris: [] },
    { client_id: "site", client_secret: "secret-of-the-site", redirect_uris: [CALLBACK], scope: "openid profile" },
  ],
  scopes: ["openid", "profile"],
  findAccount: async (context, id) => ({ accountId: id, claims: async () => ({ sub: id, name: id }) }),
  interactions: { url: (context, interaction) => `/sign-in/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: async () => true,
      // Machines' tokens are signed on the curve, persons' by the modulus: an API must take both.
      getResourceServerInfo: async (context, resource, client) => ({
        scope: SCOPES,
        audience: resource,
        accessTokenFormat: "jwt",
        accessTokenTTL: 600,
        jwt: { sign: { alg: client.clientId === "crm" ? "ES256" : "RS256" } },
      }),
    },
  },
  cookies: { keys: ["of-a-loopback-provider"] },
});

// Who signs in says his own name in `login_hint`, and agrees to everything.
provider.use(async (context, next) => {
  if (!context.path.startsWith("/sign-in/")) return next();
  const { params } = await provider.interactionDetails(context.req, context.res);
  const grant = new provider.Grant({ accountId: params.login_hint, clientId: params.client_id });
  grant.addOIDCScope("openid profile");
  grant.addResourceScope(params.resource ?? API, "openid profile");
  const result = { login: { accountId: params.login_hint }, consent: { grantId: await grant.save() } };
  context.redirect(await provider.interactionResult(context.req, context.res, result));
});

server.on("request", provider.callback());
console.log(issuer);
