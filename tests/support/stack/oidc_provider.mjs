// A real OpenID Connect provider (oidc-provider) for tests: whoever types a login is that account, any password will do.
// Arguments: port, client's redirect address, client's address after signing out. Prints "ready" when it answers.
import Provider from "oidc-provider";

const [port, redirect, after] = process.argv.slice(2);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "letterbox",
      client_secret: "a secret of the tests between two programs",
      redirect_uris: [redirect],
      post_logout_redirect_uris: [after],
    },
  ],
  claims: { openid: ["sub", "auth_time"], profile: ["preferred_username", "name"] },
  pkce: { required: () => true },
  cookies: { keys: ["only for tests"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: `subject-of-${id}`, preferred_username: id, name: id }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
