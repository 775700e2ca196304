"""The ways in which a forgotten password is reset: names, channels, messages, triggers."""

import json
import os
import tempfile

import stage
from stage import NEW_PASSWORD, PASSWORD, STAGE, Pool, Server, equal, events, eventually, http, refused, story, triggers

server = Server()

VERIFIED_BOTH = {"email": "ada@example.com", "email_verified": "true", "phone_number": "+12065550199", "phone_number_verified": "true"}


def reset(pool, name, to, on=server):
    """Asks for a code under a name, finds it in the inbox, sets the password, signs in."""
    pool.forgot(name)
    on.idp.confirm_forgot_password(**pool.reset(name, on.code(to)))
    return pool.sign_in(name, NEW_PASSWORD)["AuthenticationResult"]


@story
def by_username():
    pool = Pool(server)
    user = pool.user()
    details = pool.forgot(user)
    equal("details", details, {"Destination": "u***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"})
    mail = server.message(f"{user}@example.com")
    equal("mail", (mail["subject"], mail["body"]), ("Your verification code", f"Your verification code is {mail['code']}. "))
    pool.sign_in(user)  # the old password works until there is a new one
    answer = server.idp.confirm_forgot_password(**pool.reset(user, mail["code"]))
    equal("answer", {k: v for k, v in answer.items() if k != "ResponseMetadata"}, {})
    pool.sign_in(user, NEW_PASSWORD)
    refused("NotAuthorizedException", "Incorrect username or password.", server.idp.initiate_auth, ClientId=pool.client,
            AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD})


@story
def by_each_alias():
    pool = Pool(server, AliasAttributes=["email", "phone_number", "preferred_username"])
    pool.user("countess", **VERIFIED_BOTH, preferred_username="ada")
    for name in ("ada@example.com", "+12065550199", "ada", "countess"):
        details = pool.forgot(name)
        equal(f"medium for {name}", details["DeliveryMedium"], "SMS")
        server.idp.confirm_forgot_password(**pool.reset(name, server.message("+12065550199", pool=pool.id)["code"]))
        pool.sign_in(name, NEW_PASSWORD)


@story
def by_email_as_username_and_by_sub():
    pool = Pool(server, UsernameAttributes=["email"])
    sub = pool.user("grace@example.com", email="grace@example.com", email_verified="true")
    reset(pool, "grace@example.com", "grace@example.com")
    pool.forgot(sub)
    code = server.message("grace@example.com", pool=pool.id)["code"]
    server.idp.confirm_forgot_password(**pool.reset(sub, code, "By-sub-passw0rd"))
    pool.sign_in("grace@example.com", "By-sub-passw0rd")


@story
def names_ignore_case_unless_the_pool_minds_it():
    pool = Pool(server, UsernameConfiguration={"CaseSensitive": False})
    pool.user("Ada.L", email="Ada.L@example.com", email_verified="true")
    reset(pool, "aDA.l", "Ada.L@example.com")
    strict = Pool(server, UsernameConfiguration={"CaseSensitive": True})
    strict.user("Bob.M", email="bob.m@example.com", email_verified="true")
    refused("UserNotFoundException", "Username/client id combination not found.",
            server.idp.forgot_password, ClientId=strict.client, Username="bob.m")
    reset(strict, "Bob.M", "bob.m@example.com")


@story
def with_a_client_secret():
    pool = Pool(server, client={"GenerateSecret": True})
    user = pool.user()
    reset(pool, user, f"{user}@example.com")


def channel(setting, **attributes):
    """Where the code of a user with these attributes goes."""
    pool = Pool(server, **({"AccountRecoverySetting": {"RecoveryMechanisms": setting}} if setting else {}))
    return pool.forgot(pool.user("ada", **attributes))


@story
def the_code_goes_the_way_that_the_pool_prefers():
    email, phone = {"Name": "verified_email", "Priority": 1}, {"Name": "verified_phone_number", "Priority": 2}
    by_mail = {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    by_sms = {"Destination": "+*******0199", "DeliveryMedium": "SMS", "AttributeName": "phone_number"}
    equal("email first", channel([email, phone], **VERIFIED_BOTH), by_mail)
    equal("phone first", channel([email | {"Priority": 2}, phone | {"Priority": 1}], **VERIFIED_BOTH), by_sms)
    equal("phone only", channel([phone | {"Priority": 1}], **VERIFIED_BOTH), by_sms)
    equal("no setting", channel(None, **VERIFIED_BOTH), by_sms)
    equal("email not verified", channel([email, phone], **VERIFIED_BOTH | {"email_verified": "false"}), by_sms)


@story
def without_a_verified_channel_there_is_no_code():
    text = "Cannot reset password for the user as there is no registered/verified email or phone_number"
    for attributes in ({"email": "ada@example.com"}, {"name": "Ada"}):
        pool = Pool(server)
        refused("InvalidParameterException", text, server.idp.forgot_password, ClientId=pool.client, Username=pool.user("ada", **attributes))


@story
def admin_only_recovery_is_for_admins():
    pool = Pool(server, AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]})
    user = pool.user()
    refused("NotAuthorizedException", "Contact administrator to reset password.", server.idp.forgot_password, ClientId=pool.client, Username=user)
    server.idp.admin_set_user_password(UserPoolId=pool.id, Username=user, Password=NEW_PASSWORD, Permanent=True)
    pool.sign_in(user, NEW_PASSWORD)


@story
def an_admin_begins_the_reset():
    pool = Pool(server)
    user = pool.user()
    server.idp.admin_reset_user_password(UserPoolId=pool.id, Username=user)
    equal("status", server.idp.admin_get_user(UserPoolId=pool.id, Username=user)["UserStatus"], "RESET_REQUIRED")
    refused("PasswordResetRequiredException", "Password reset required for the user", server.idp.initiate_auth, ClientId=pool.client,
            AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD})
    server.idp.confirm_forgot_password(**pool.reset(user, server.code(f"{user}@example.com")))
    pool.sign_in(user, NEW_PASSWORD)
    equal("status", server.idp.admin_get_user(UserPoolId=pool.id, Username=user)["UserStatus"], "CONFIRMED")


@story
def tokens_outlive_a_reset():
    pool = Pool(server)
    user = pool.user()
    tokens = pool.sign_in(user)["AuthenticationResult"]
    reset(pool, user, f"{user}@example.com")
    equal("user", server.idp.get_user(AccessToken=tokens["AccessToken"])["Username"], user)


@story
def a_template_of_the_pool_words_the_message():
    pool = Pool(server, VerificationMessageTemplate={
        "EmailSubject": "Reset for the shop", "EmailMessage": "Hello! Type <b>{####}</b>.", "SmsMessage": "Shop code {####}"})
    user = pool.user()
    pool.forgot(user)
    mail = server.message(f"{user}@example.com")
    equal("mail", (mail["subject"], mail["body"]), ("Reset for the shop", f"Hello! Type <b>{mail['code']}</b>."))
    pool.user("phoned", phone_number="+12065550142", phone_number_verified="true")
    pool.forgot("phoned")
    text = server.message("+12065550142", pool=pool.id)
    equal("text", (text["medium"], text["body"]), ("SMS", f"Shop code {text['code']}"))


@story
def by_mail_through_smtp_and_by_sms_through_a_webhook():
    wired = Server("--smtp", "{smtp}", "--sms", "{sms}")
    pool = Pool(wired)
    user = pool.user()
    pool.forgot(user)
    mail = eventually("the mail", lambda: [m for m in http("GET", f"{STAGE}/mails") or [] if m["To"] == [f"{user}@example.com"]])[0]
    equal("subject", mail["Subject"], "Your verification code")
    code = "".join(filter(str.isdigit, mail["Text"]))
    wired.idp.confirm_forgot_password(**pool.reset(user, code))
    pool.user("phoned", phone_number="+12065550143", phone_number_verified="true")
    pool.forgot("phoned")
    text = eventually("the text", lambda: [m for m in http("GET", f"{STAGE}/texts") or [] if m["pool"] == pool.id])[0]
    equal("number and user", (text["to"], text["user"]), ("+12065550143", "phoned"))
    code = "".join(filter(str.isdigit, text["message"]))
    wired.idp.confirm_forgot_password(**pool.reset("phoned", code))
    pool.sign_in("phoned", NEW_PASSWORD)


@story
def a_function_words_the_message():
    pool = Pool(server, LambdaConfig=triggers(CustomMessage="words"), EmailConfiguration={
        "EmailSendingAccount": "DEVELOPER", "From": "shop@example.com",
        "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/shop@example.com"})
    user = pool.user()
    pool.forgot(user, ClientMetadata={"till": "7"})
    mail = server.message(f"{user}@example.com")
    equal("mail", (mail["subject"], mail["body"]), ("A word from the shop", f"Bring {mail['code']} to the till"))
    (event,) = events("words", pool.id)
    equal("source", event["triggerSource"], "CustomMessage_ForgotPassword")
    equal("metadata", event["request"]["clientMetadata"], {"till": "7"})
    equal("code parameter", event["request"]["codeParameter"], "{####}")
    if mail["code"] in json.dumps(event):
        raise AssertionError("the event holds the code itself")


@story
def a_function_that_cannot_word_it_stops_the_request():
    pool = Pool(server, LambdaConfig=triggers(CustomMessage="throws"))
    refused("UserLambdaValidationException", "CustomMessage failed with error not on a Sunday.",
            server.idp.forgot_password, ClientId=pool.client, Username=pool.user())


@story
def a_user_of_the_former_system_is_brought_over():
    pool = Pool(server, LambdaConfig=triggers(UserMigration="migrates"))
    name = "old-ada"
    details = pool.forgot(name, ClientMetadata={"from": "app"})
    equal("destination", details["Destination"], "o***@e***")
    server.idp.confirm_forgot_password(**pool.reset(name, server.message(f"{name}@example.com", pool=pool.id)["code"]))
    pool.sign_in(name, NEW_PASSWORD)
    (event,) = events("migrates", pool.id)
    equal("event", (event["triggerSource"], event["userName"], event["request"]["clientMetadata"]),
          ("UserMigration_ForgotPassword", name, {"from": "app"}))
    refused("UserLambdaValidationException", "UserMigration failed with error Bad password.",
            server.idp.forgot_password, ClientId=pool.client, Username="new-bob")


@story
def a_function_learns_of_the_new_password():
    pool = Pool(server, LambdaConfig=triggers(PostConfirmation="echo"))
    user = pool.user()
    pool.forgot(user)
    code = server.code(f"{user}@example.com")
    server.idp.confirm_forgot_password(**pool.reset(user, code, ClientMetadata={"campaign": "spring"}))
    (event,) = events("echo", pool.id)
    equal("source", event["triggerSource"], "PostConfirmation_ConfirmForgotPassword")
    equal("user", (event["userName"], event["callerContext"]["clientId"]), (user, pool.client))
    equal("metadata", event["request"]["clientMetadata"], {"campaign": "spring"})
    equal("status", event["request"]["userAttributes"]["cognito:user_status"], "CONFIRMED")
    for secret in (code, NEW_PASSWORD):
        if f'"{secret}"' in json.dumps(event):
            raise AssertionError("the event holds a secret")


@story
def with_user_context_data():
    pool = Pool(server, client={"GenerateSecret": True, "EnablePropagateAdditionalUserContextData": True})
    user = pool.user()
    context = {"IpAddress": "192.0.2.7", "EncodedData": "ZGV2aWNl"}
    pool.forgot(user, UserContextData=context)
    server.idp.confirm_forgot_password(**pool.reset(user, server.code(f"{user}@example.com"), UserContextData=context))
    pool.sign_in(user, NEW_PASSWORD, UserContextData=context)


@story
def with_analytics():
    path = os.path.join(tempfile.mkdtemp(), "analytics.jsonl")
    watched = Server("--analytics", path)
    app = "arn:aws:mobiletargeting:us-east-1:000000000000:apps/0123456789abcdef0123456789abcdef"
    pool = Pool(watched, client={"AnalyticsConfiguration": {"ApplicationArn": app, "UserDataShared": True}})
    user = pool.user()
    endpoint = {"AnalyticsMetadata": {"AnalyticsEndpointId": "phone-7"}}
    pool.forgot(user, **endpoint)
    code = watched.code(f"{user}@example.com")
    refused("CodeMismatchException", None, watched.idp.confirm_forgot_password, **pool.reset(user, stage.wrong(code), **endpoint))
    watched.idp.confirm_forgot_password(**pool.reset(user, code, **endpoint))

    def told():
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as lines:
            got = [json.loads(line) for line in lines if line.endswith("\n")]
        return got if len(got) >= 3 else None

    got = eventually("three events", told)
    equal("events", [(e["operation"], e["outcome"]) for e in got], [
        ("ForgotPassword", "Success"), ("ConfirmForgotPassword", "CodeMismatchException"), ("ConfirmForgotPassword", "Success")])
    for e in got:
        equal("event", (e["userPoolId"], e["clientId"], e["applicationArn"], e["endpointId"], e["user"]), (pool.id, pool.client, app, "phone-7", user))
    with open(path, encoding="utf-8") as lines:
        if code in lines.read():
            raise AssertionError("the events hold the code")


stage.run()
