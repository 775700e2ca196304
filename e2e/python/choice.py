"""Sign-ins that begin with a choice: passwords, codes, users without a password."""

import concurrent.futures

import srp
import stage
from stage import PASSWORD, Server, equal, refused, story

server = Server()
idp = server.idp

FACTORS = ["PASSWORD", "EMAIL_OTP"]
EVERYTHING = ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]


class Pool(stage.Pool):
    """A pool whose users choose how they sign in."""

    def __init__(self, **client):
        client.setdefault("ExplicitAuthFlows", ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
        super().__init__(server, client=client)
        # This boto3 does not know sign-in policies.
        status, answer = server.newer("UpdateUserPool", UserPoolId=self.id, AutoVerifiedAttributes=["email"],
                                      Policies={"SignInPolicy": {"AllowedFirstAuthFactors": FACTORS}})
        equal("UpdateUserPool", (status, answer), (200, {}))

    def choose(self, name, **parameters):
        """Begins a sign-in; returns the answer with everything in it."""
        status, answer = server.newer("InitiateAuth", ClientId=self.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": name, **parameters})
        equal(f"status of {answer}", status, 200)
        return answer

    def answer(self, asked, name, **responses):
        return idp.respond_to_auth_challenge(ClientId=self.client, ChallengeName=asked["ChallengeName"], Session=asked["Session"],
                                             ChallengeResponses={"USERNAME": name, **responses})


def another(code):
    """Another code than this one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


@story
def a_choice_of_everything():
    pool = Pool()
    user = pool.user()
    asked = pool.choose(user)
    equal("challenge", (asked["ChallengeName"], asked["AvailableChallenges"], asked["ChallengeParameters"]), ("SELECT_CHALLENGE", EVERYTHING, {}))
    got = pool.answer(asked, user, ANSWER="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]
    equal("user", idp.get_user(AccessToken=got["AccessToken"])["Username"], user)

    asked = pool.answer(pool.choose(user), user, ANSWER="EMAIL_OTP")
    equal("challenge", asked["ChallengeName"], "EMAIL_OTP")
    equal("delivery", asked["ChallengeParameters"], {"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "u***@e***"})
    code = server.code(f"{user}@example.com")
    equal("digits", len(code), 8)
    refused("CodeMismatchException", "Invalid code or auth state for the user.", idp.respond_to_auth_challenge, ClientId=pool.client,
            ChallengeName="EMAIL_OTP", Session=asked["Session"], ChallengeResponses={"USERNAME": user, "EMAIL_OTP_CODE": another(code)})
    pool.answer(asked, user, EMAIL_OTP_CODE=code)["AuthenticationResult"]
    refused("InvalidParameterException", None, idp.respond_to_auth_challenge, ClientId=pool.client, ChallengeName="SELECT_CHALLENGE",
            Session=pool.choose(user)["Session"], ChallengeResponses={"USERNAME": user, "ANSWER": "SMS_OTP"})


@story
def a_password_proved_inside_the_session():
    pool = Pool()
    user = pool.user()
    client = srp.Client()
    asked = pool.choose(user, PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=client.srp_a)
    equal("challenge", (asked["ChallengeName"], asked["AvailableChallenges"]), ("PASSWORD_VERIFIER", EVERYTHING))
    answers = client.answer(pool.id, PASSWORD, asked["ChallengeParameters"])
    refused("InvalidParameterException", "Missing required parameter Session", idp.respond_to_auth_challenge,
            ClientId=pool.client, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=answers)
    pool.answer(asked, user, **answers)["AuthenticationResult"]


@story
def an_administrator_signs_in_for_a_user():
    pool = Pool()
    user = pool.user()
    asked = idp.admin_initiate_auth(UserPoolId=pool.id, ClientId=pool.client, AuthFlow="USER_AUTH",
                                    AuthParameters={"USERNAME": user, "PREFERRED_CHALLENGE": "EMAIL_OTP"})
    equal("challenge", asked["ChallengeName"], "EMAIL_OTP")
    got = idp.admin_respond_to_auth_challenge(
        UserPoolId=pool.id, ClientId=pool.client, ChallengeName="EMAIL_OTP", Session=asked["Session"],
        ChallengeResponses={"USERNAME": user, "EMAIL_OTP_CODE": server.code(f"{user}@example.com")})
    equal("type", got["AuthenticationResult"]["TokenType"], "Bearer")


@story
def a_user_gets_a_first_password():
    pool = Pool()
    made = idp.admin_create_user(UserPoolId=pool.id, Username="bare", UserAttributes=[
        {"Name": "email", "Value": "bare@example.com"}, {"Name": "email_verified", "Value": "true"}])["User"]
    equal("status", made["UserStatus"], "CONFIRMED")
    equal("invitations", server.messages("bare@example.com"), [])
    asked = pool.choose("bare", PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
    equal("challenges without a password", (asked["ChallengeName"], asked["AvailableChallenges"]), ("SELECT_CHALLENGE", ["EMAIL_OTP"]))
    asked = pool.answer(asked, "bare", ANSWER="EMAIL_OTP")
    token = pool.answer(asked, "bare", EMAIL_OTP_CODE=server.code("bare@example.com"))["AuthenticationResult"]["AccessToken"]
    _, factors = server.newer("GetUserAuthFactors", AccessToken=token)
    equal("factors", factors, {"Username": "bare", "ConfiguredUserAuthFactors": ["EMAIL_OTP"]})

    equal("ChangePassword", server.newer("ChangePassword", AccessToken=token, ProposedPassword=PASSWORD), (200, {}))
    _, factors = server.newer("AdminGetUserAuthFactors", UserPoolId=pool.id, Username="bare")
    equal("factors afterwards", factors, {"Username": "bare", "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP"]})
    _, got = server.newer("InitiateAuth", ClientId=pool.client, AuthFlow="USER_AUTH",
                          AuthParameters={"USERNAME": "bare", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD})
    equal("type", got["AuthenticationResult"]["TokenType"], "Bearer")


@story
def nobody_is_asked_like_anybody():
    pool = Pool(PreventUserExistenceErrors="ENABLED")
    user = pool.user()
    asked, known = (pool.choose(name, PREFERRED_CHALLENGE="EMAIL_OTP") for name in ("nobody@example.com", user))
    equal("answers", {k: asked[k] for k in ("ChallengeName", "AvailableChallenges")}, {k: known[k] for k in ("ChallengeName", "AvailableChallenges")})
    equal("destination", asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "n***@e***")
    for _ in range(2):
        refused("CodeMismatchException", "Invalid code or auth state for the user.", idp.respond_to_auth_challenge, ClientId=pool.client,
                ChallengeName="EMAIL_OTP", Session=asked["Session"], ChallengeResponses={"USERNAME": "nobody@example.com", "EMAIL_OTP_CODE": "12345678"})
    equal("messages", server.messages("nobody@example.com"), [])


@story
def of_two_answers_one_wins():
    pool = Pool()
    user = pool.user()
    asked = pool.choose(user, PREFERRED_CHALLENGE="EMAIL_OTP")
    code = server.code(f"{user}@example.com")

    def answer(_):
        try:
            return "AuthenticationResult" in pool.answer(asked, user, EMAIL_OTP_CODE=code)
        except idp.exceptions.NotAuthorizedException as e:
            equal("error", e.response["Error"]["Message"], "Invalid session for the user, session can only be used once.")
            return False

    with concurrent.futures.ThreadPoolExecutor(8) as pool_of_threads:
        equal("sign-ins", sum(pool_of_threads.map(answer, range(8))), 1)


stage.run()
