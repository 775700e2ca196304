"""Codes by mail as the second factor, and what goes wrong with second factors, with boto3."""

import stage
from stage import PASSWORD, Server, equal, refused, story, wrong

server = Server()
idp = server.idp

OWN_MAIL = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/shop@example.com"}
SESSION_SPENT = "Invalid session for the user, session can only be used once."


class Pool(stage.Pool):
    """A pool with codes by mail, which Debian's boto3 cannot set up, and a user who wants them."""

    def __init__(self, mode="OPTIONAL"):
        super().__init__(server, EmailConfiguration=OWN_MAIL)
        status, answer = server.newer("SetUserPoolMfaConfig", UserPoolId=self.id, MfaConfiguration=mode, SoftwareTokenMfaConfiguration={"Enabled": True},
                                      EmailMfaConfiguration={"Subject": "Knock knock", "Message": "Say {####}"})
        equal(f"status of {answer}", status, 200)

    def wants_mail(self, user):
        status, answer = server.newer("AdminSetUserMFAPreference", UserPoolId=self.id, Username=user, EmailMfaSettings={"Enabled": True, "PreferredMfa": True})
        equal(f"status of {answer}", status, 200)

    def begin(self, user):
        return idp.initiate_auth(ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD})

    def answer(self, asked, user, **responses):
        return {"ClientId": self.client, "ChallengeName": asked["ChallengeName"], "Session": asked["Session"],
                "ChallengeResponses": {"USERNAME": user, **responses}}


@story
def a_code_by_mail_after_the_password():
    pool = Pool()
    user = pool.user()
    pool.wants_mail(user)
    asked = pool.begin(user)
    equal("challenge", asked["ChallengeName"], "EMAIL_OTP")
    equal("parameters", asked["ChallengeParameters"], {"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "u***@e***", "USER_ID_FOR_SRP": user})
    mail = server.message(f"{user}@example.com")
    equal("mail", (mail["subject"], mail["body"], len(mail["code"])), ("Knock knock", "Say " + mail["code"], 6))
    for _ in range(3):
        refused("CodeMismatchException", "Invalid code or auth state for the user.", idp.respond_to_auth_challenge,
                **pool.answer(asked, user, EMAIL_OTP_CODE=wrong(mail["code"])))
    refused("InvalidParameterException", "Missing required parameter EMAIL_OTP_CODE", idp.respond_to_auth_challenge, **pool.answer(asked, user))
    right = pool.answer(asked, user, EMAIL_OTP_CODE=mail["code"])
    tokens = idp.respond_to_auth_challenge(**right)["AuthenticationResult"]
    equal("user", idp.get_user(AccessToken=tokens["AccessToken"])["Username"], user)
    refused("NotAuthorizedException", SESSION_SPENT, idp.respond_to_auth_challenge, **right)


@story
def wrong_codes_lock_and_the_lock_ends():
    pool = Pool()
    user = pool.user()
    pool.wants_mail(user)
    asked = pool.begin(user)
    code = server.code(f"{user}@example.com")
    for _ in range(8):
        refused("CodeMismatchException", None, idp.respond_to_auth_challenge, **pool.answer(asked, user, EMAIL_OTP_CODE=wrong(code)))
        server.advance("4s")
    server.advance("4s")
    refused("CodeMismatchException", None, idp.respond_to_auth_challenge, **pool.answer(asked, user, EMAIL_OTP_CODE=wrong(code)))
    refused("NotAuthorizedException", "Password attempts exceeded", idp.respond_to_auth_challenge, **pool.answer(asked, user, EMAIL_OTP_CODE=code))
    server.advance("16s")
    idp.respond_to_auth_challenge(**pool.answer(asked, user, EMAIL_OTP_CODE=code))["AuthenticationResult"]


@story
def codes_are_not_sent_without_end():
    pool = Pool()
    user = pool.user()
    pool.wants_mail(user)
    for _ in range(10):
        pool.begin(user)
    refused("TooManyRequestsException", "Attempt limit exceeded, please try after some time.", idp.initiate_auth,
            ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD})


@story
def an_address_is_set_up_while_signing_in():
    pool = Pool(mode="ON")
    user = "homeless"
    idp.admin_create_user(UserPoolId=pool.id, Username=user, MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool.id, Username=user, Password=PASSWORD, Permanent=True)
    asked = pool.begin(user)
    equal("challenge", (asked["ChallengeName"], asked["ChallengeParameters"]["MFAS_CAN_SETUP"]), ("MFA_SETUP", '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'))
    asked = idp.respond_to_auth_challenge(**pool.answer(asked, user, EMAIL="homeless@example.com"))
    equal("challenge", asked["ChallengeName"], "EMAIL_OTP")
    right = pool.answer(asked, user, EMAIL_OTP_CODE=server.code("homeless@example.com"))
    tokens = idp.respond_to_auth_challenge(**right)["AuthenticationResult"]
    got = idp.get_user(AccessToken=tokens["AccessToken"])
    attributes = {a["Name"]: a["Value"] for a in got["UserAttributes"]}
    equal("address", (attributes["email"], attributes["email_verified"]), ("homeless@example.com", "true"))
    equal("factors", (got["UserMFASettingList"], got["PreferredMfaSetting"]), (["EMAIL_OTP"], "EMAIL_OTP"))


@story
def nobody_else_is_told_of_the_second_factor():
    pool = Pool(mode="ON")
    user = pool.user()
    refused("NotAuthorizedException", "Incorrect username or password.", idp.initiate_auth,
            ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": user, "PASSWORD": "Wr0ng-password"})
    equal("messages", server.messages(f"{user}@example.com"), [])


stage.run()
