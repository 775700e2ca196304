"""The names that pools give to levels of authentication, and how old a proof may be, with boto3."""

import base64
import hmac
import json
import time

import stage
from stage import PASSWORD, Server, equal, refused, story

server = Server()
idp = server.idp


class Pool(stage.Pool):
    """A pool whose users may have codes by mail, with names of its own for levels, neither of which this boto3 knows."""

    def __init__(self, **names):
        super().__init__(server, client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})
        self.update(AcrConfiguration={level: {"AcrValue": name} for level, name in names.items()})

    def update(self, **settings):
        """Updates the pool, which must succeed."""
        factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
        settings = {"AutoVerifiedAttributes": ["email"], "Policies": factors, **settings}
        equal("UpdateUserPool", server.newer("UpdateUserPool", UserPoolId=self.id, **settings), (200, {}))

    def begin(self, user, **parameters):
        return idp.initiate_auth(ClientId=self.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": user, **parameters})

    def mailed(self, asked, user):
        got = idp.respond_to_auth_challenge(ClientId=self.client, ChallengeName=asked["ChallengeName"], Session=asked["Session"],
                                            ChallengeResponses={"USERNAME": user, "EMAIL_OTP_CODE": server.code(f"{user}@example.com")})
        return got["AuthenticationResult"]


def claims(tokens, name="AccessToken"):
    part = tokens[name].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def totp(secret, when):
    """RFC 6238, as authenticators compute it."""
    mac = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), (int(when) // 30).to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


@story
def an_answer_in_the_middle_lists_what_there_is():
    pool = Pool()
    idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True})
    user = pool.user()
    token = pool.sign_in(user)["AuthenticationResult"]["AccessToken"]
    secret = idp.associate_software_token(AccessToken=token)["SecretCode"]
    idp.verify_software_token(AccessToken=token, UserCode=totp(secret, time.time()))
    for admin, more in (("", {}), ("Admin", {"UserPoolId": pool.id})):
        _, first = server.newer(admin + "InitiateAuth", ClientId=pool.client, AuthFlow="USER_AUTH", **more,
                                AuthParameters={"USERNAME": user, "TARGET_ACR_VALUES": "urn:cognito:loa:3"})
        equal("first", (first["ChallengeName"], first["AvailableChallenges"]), ("SELECT_CHALLENGE", ["PASSWORD_SRP", "PASSWORD"]))
        _, then = server.newer(admin + "RespondToAuthChallenge", ClientId=pool.client, ChallengeName="SELECT_CHALLENGE", Session=first["Session"], **more,
                               ChallengeResponses={"USERNAME": user, "ANSWER": "PASSWORD", "PASSWORD": PASSWORD})
        equal("then", (then["ChallengeName"], then["AvailableChallenges"]), ("SELECT_MFA_TYPE", ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]))


@story
def a_pool_names_its_levels():
    pool = Pool(Level1="bronze", Level3="silver")
    user = pool.user()
    tokens = pool.sign_in(user)["AuthenticationResult"]
    equal("acr", claims(tokens)["acr"], "bronze")
    refused("InvalidParameterException", None, idp.initiate_auth, ClientId=pool.client, AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": user, "TARGET_ACR_VALUES": "urn:cognito:loa:3", "ACCESS_TOKEN": tokens["AccessToken"]})
    asked = pool.begin(user, TARGET_ACR_VALUES="platinum urn:cognito:loa:4 silver bronze", ACCESS_TOKEN=tokens["AccessToken"])
    equal("challenge", asked["ChallengeName"], "EMAIL_OTP")
    tokens = pool.mailed(asked, user)
    for name in ("AccessToken", "IdToken"):
        equal(name, [claims(tokens, name)[claim] for claim in ("acr", "amr")], ["silver", ["pwd", "email_otp", "mfa"]])
    pool.update(AcrConfiguration={"Level3": {"AcrValue": "gold"}})
    tokens = idp.initiate_auth(ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]})
    equal("acr after the pool has changed", claims(tokens["AuthenticationResult"])["acr"], "gold")


@story
def a_proof_grows_old():
    pool = Pool()
    user = pool.user()
    tokens = pool.sign_in(user)["AuthenticationResult"]
    began = claims(tokens)["auth_time"]
    server.advance("20m")
    parameters = {"TARGET_ACR_VALUES": "urn:cognito:loa:3", "ACCESS_TOKEN": tokens["AccessToken"]}
    equal("challenge", pool.begin(user, MAX_AGE="1100", **parameters)["ChallengeName"], "SELECT_CHALLENGE")
    tokens = pool.mailed(pool.begin(user, MAX_AGE="1300", **parameters), user)
    assert claims(tokens)["auth_time"] >= began + 1200, (began, claims(tokens))
    # The step-up has made a new sign-in, but the password is as old as before.
    parameters.update(TARGET_ACR_VALUES="urn:cognito:loa:3", ACCESS_TOKEN=tokens["AccessToken"])
    asked = pool.begin(user, MAX_AGE="60", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD, **parameters)
    equal("amr", claims(asked["AuthenticationResult"])["amr"], ["pwd", "email_otp", "mfa"])


@story
def a_small_plan_has_no_steps():
    pool = stage.Pool(server)
    user = pool.user()
    equal("UpdateUserPool", server.newer("UpdateUserPool", UserPoolId=pool.id, AutoVerifiedAttributes=["email"], UserPoolTier="LITE"), (200, {}))
    tokens = pool.sign_in(user)["AuthenticationResult"]
    equal("acr", claims(tokens)["acr"], "urn:cognito:loa:1")
    status, answer = server.newer("InitiateAuth", ClientId=pool.client, AuthFlow="USER_AUTH",
                                  AuthParameters={"USERNAME": user, "TARGET_ACR_VALUES": "urn:cognito:loa:1", "ACCESS_TOKEN": tokens["AccessToken"]})
    equal("InitiateAuth", (status, answer["__type"]), (400, "FeatureUnavailableInTierException"))


stage.run()
