"""Signing in and out: passwords, SRP, challenges, tokens."""

import base64
import json

import srp
import stage
from stage import NEW_PASSWORD, PASSWORD, Pool, Server, equal, http, refused, story

server = Server()
idp = server.idp


def srp_sign_in(pool, name, password):
    """Signs in with SRP; returns the answer to PASSWORD_VERIFIER."""
    client = srp.Client()
    hashed = {"SECRET_HASH": stage.secret_hash(name, pool.client, pool.secret)} if pool.secret else {}
    asked = idp.initiate_auth(ClientId=pool.client, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": name, "SRP_A": client.srp_a, **hashed})
    equal("challenge", asked["ChallengeName"], "PASSWORD_VERIFIER")
    answers = client.answer(pool.id, password, asked["ChallengeParameters"])
    if pool.secret:
        answers["SECRET_HASH"] = stage.secret_hash(answers["USERNAME"], pool.client, pool.secret)
    more = {"Session": asked["Session"]} if "Session" in asked else {}
    return idp.respond_to_auth_challenge(ClientId=pool.client, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=answers, **more)


def claims(token):
    """What a token says, unverified."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


@story
def with_a_password():
    pool = Pool(server)
    user = pool.user()
    got = pool.sign_in(user)["AuthenticationResult"]
    equal("type and life", (got["TokenType"], got["ExpiresIn"]), ("Bearer", 3600))
    ident, access = claims(got["IdToken"]), claims(got["AccessToken"])
    equal("uses", (ident["token_use"], access["token_use"]), ("id", "access"))
    equal("audience", (ident["aud"], access["client_id"]), (pool.client, pool.client))
    equal("issuer", (ident["iss"], access["iss"]), (f"{server.endpoint}/{pool.id}",) * 2)
    equal("names", (ident["cognito:username"], access["username"], ident["email"]), (user, user, f"{user}@example.com"))
    keys = {k["kid"] for k in http("GET", f"{ident['iss']}/.well-known/jwks.json")["keys"]}
    for token in (got["IdToken"], got["AccessToken"]):
        head = token.split(".")[0]
        kid = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
        if kid not in keys:
            raise AssertionError(f"key {kid} is not among {keys}")


@story
def with_srp():
    pool = Pool(server)
    user = pool.user()
    for _ in range(8):  # leading zeros of the numbers come and go
        got = srp_sign_in(pool, user, PASSWORD)["AuthenticationResult"]
    equal("user", idp.get_user(AccessToken=got["AccessToken"])["Username"], user)
    refused("NotAuthorizedException", "Incorrect username or password.", _Call(srp_sign_in), pool=pool, name=user, password="Wr0ng-password")


class _Call:
    """A function of ours in the place of a method of the client."""

    def __init__(self, function):
        self.function, self.__self__ = function, idp

    def __call__(self, **arguments):
        return self.function(**arguments)


@story
def with_srp_by_alias_and_client_secret():
    pool = Pool(server, AliasAttributes=["email"], client={"GenerateSecret": True})
    pool.user("ada", email="ada@example.com", email_verified="true")
    got = srp_sign_in(pool, "ada@example.com", PASSWORD)["AuthenticationResult"]
    equal("user", claims(got["AccessToken"])["username"], "ada")


@story
def with_a_temporary_password_and_then_a_new_one():
    for sign_in in (lambda p, u: p.sign_in(u, "T3mp-password"), lambda p, u: srp_sign_in(p, u, "T3mp-password")):
        pool = Pool(server)
        user = pool.user(password=None)
        idp.admin_set_user_password(UserPoolId=pool.id, Username=user, Password="T3mp-password", Permanent=False)
        asked = sign_in(pool, user)
        equal("challenge", asked["ChallengeName"], "NEW_PASSWORD_REQUIRED")
        equal("required", json.loads(asked["ChallengeParameters"]["requiredAttributes"]), [])
        answer = dict(ClientId=pool.client, ChallengeName="NEW_PASSWORD_REQUIRED", Session=asked["Session"],
                      ChallengeResponses={"USERNAME": user, "NEW_PASSWORD": NEW_PASSWORD, "userAttributes.name": "Ada"})
        got = idp.respond_to_auth_challenge(**answer)["AuthenticationResult"]
        equal("name", claims(got["IdToken"])["name"], "Ada")
        refused("NotAuthorizedException", None, idp.respond_to_auth_challenge, **answer)  # a session is used once
        pool.sign_in(user, NEW_PASSWORD)


@story
def a_temporary_password_expires():
    later = Server()
    pool = Pool(later)
    user = pool.user(password=None)
    later.idp.admin_set_user_password(UserPoolId=pool.id, Username=user, Password="T3mp-password", Permanent=False)
    later.advance("169h")
    refused("NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.", later.idp.initiate_auth,
            ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": user, "PASSWORD": "T3mp-password"})


@story
def tokens_are_refreshed_until_they_are_revoked():
    pool = Pool(server)
    user = pool.user()
    got = pool.sign_in(user)["AuthenticationResult"]
    refresh = dict(ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": got["RefreshToken"]})
    fresh = idp.initiate_auth(**refresh)["AuthenticationResult"]
    equal("new refresh token", fresh.get("RefreshToken"), None)
    equal("origin", claims(fresh["AccessToken"])["origin_jti"], claims(got["AccessToken"])["origin_jti"])
    idp.revoke_token(ClientId=pool.client, Token=got["RefreshToken"])
    refused("NotAuthorizedException", "Refresh Token has been revoked", idp.initiate_auth, **refresh)
    refused("NotAuthorizedException", "Access Token has been revoked", idp.get_user, AccessToken=fresh["AccessToken"])


@story
def tokens_expire():
    later = Server()
    pool = Pool(later)
    got = pool.sign_in(pool.user())["AuthenticationResult"]
    later.advance("61m")
    refused("NotAuthorizedException", "Access Token has expired", later.idp.get_user, AccessToken=got["AccessToken"])
    refresh = dict(ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": got["RefreshToken"]})
    later.idp.initiate_auth(**refresh)
    later.advance("720h")
    refused("NotAuthorizedException", "Refresh Token has expired", later.idp.initiate_auth, **refresh)


@story
def signing_out_everywhere():
    pool = Pool(server)
    user = pool.user()
    first, second = (pool.sign_in(user)["AuthenticationResult"] for _ in range(2))
    idp.global_sign_out(AccessToken=first["AccessToken"])
    for got in (first, second):
        refused("NotAuthorizedException", "Access Token has been revoked", idp.get_user, AccessToken=got["AccessToken"])
    pool.sign_in(user)


@story
def wrong_passwords_lock_for_a_while():
    later = Server()
    pool = Pool(later)
    user = pool.user()
    attempt = dict(ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH")
    bad, good = ({"USERNAME": user, "PASSWORD": p} for p in ("Wr0ng-password", PASSWORD))
    for _ in range(5):
        refused("NotAuthorizedException", "Incorrect username or password.", later.idp.initiate_auth, AuthParameters=bad, **attempt)
    refused("NotAuthorizedException", "Password attempts exceeded", later.idp.initiate_auth, AuthParameters=good, **attempt)
    later.advance("2s")
    later.idp.initiate_auth(AuthParameters=good, **attempt)


@story
def unknown_users_are_told_apart_only_by_clients_that_say_so():
    attempt = dict(AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "nobody", "PASSWORD": PASSWORD})
    told, hidden = Pool(server), Pool(server, client={"PreventUserExistenceErrors": "ENABLED"})
    refused("UserNotFoundException", "User does not exist.", idp.initiate_auth, ClientId=told.client, **attempt)
    refused("NotAuthorizedException", "Incorrect username or password.", idp.initiate_auth, ClientId=hidden.client, **attempt)
    refused("NotAuthorizedException", "Incorrect username or password.", _Call(srp_sign_in), pool=hidden, name="nobody", password=PASSWORD)


@story
def flows_that_the_client_does_not_have_are_refused():
    pool = Pool(server, client={"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})
    refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client", idp.initiate_auth, ClientId=pool.client,
            AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": pool.user(), "PASSWORD": PASSWORD})


stage.run()
