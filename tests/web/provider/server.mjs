// A certified OpenID Connect provider (npm: oidc-provider) that knows everybody by the address they type.
// node server.mjs PORT CALLBACK
import { Provider } from "oidc-provider";

const [port, callback] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: "keepwell", client_secret: "s e+cret/%", redirect_uris: [callback], response_types: ["code"] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  pkce: { required: () => true, methods: ["S256"] },
  cookies: { keys: ["only for tests"] },
  async findAccount(_ctx, id) {
    return {
      accountId: id,
      claims: async () => ({ sub: id, email: id, email_verified: !id.startsWith("unverified"), name: "Kim at the provider" }),
    };
  },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
