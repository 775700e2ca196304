"""Signing up, confirming, and what users change about themselves."""

import stage
from stage import NEW_PASSWORD, PASSWORD, Pool, Server, equal, events, refused, story, triggers, wrong

server = Server()
idp = server.idp


def sign_up(pool, name, **more):
    """SignUp with an email of its own."""
    address = [{"Name": "email", "Value": f"{name}@{pool.client[:8]}.example.com"}]
    return idp.sign_up(ClientId=pool.client, Username=name, Password=PASSWORD, UserAttributes=address, **pool.hash(name), **more)


def code(pool, name):
    """The newest code that sign_up's address was sent."""
    return server.message(f"{name}@{pool.client[:8]}.example.com", pool=pool.id)["code"]


@story
def a_user_signs_up_and_confirms():
    pool = Pool(server)
    made = sign_up(pool, "ada")
    equal("confirmed", made["UserConfirmed"], False)
    equal("attribute and medium", (made["CodeDeliveryDetails"]["AttributeName"], made["CodeDeliveryDetails"]["DeliveryMedium"]), ("email", "EMAIL"))
    refused("UserNotConfirmedException", "User is not confirmed.", idp.initiate_auth, ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD})
    right = code(pool, "ada")
    refused("CodeMismatchException", "Invalid verification code provided, please try again.",
            idp.confirm_sign_up, ClientId=pool.client, Username="ada", ConfirmationCode=wrong(right))
    idp.confirm_sign_up(ClientId=pool.client, Username="ada", ConfirmationCode=right)
    user = idp.get_user(AccessToken=pool.sign_in("ada")["AuthenticationResult"]["AccessToken"])
    got = {a["Name"]: a["Value"] for a in user["UserAttributes"]}
    equal("sub and verification", (got["sub"], got["email_verified"]), (made["UserSub"], "true"))
    refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED",
            idp.confirm_sign_up, ClientId=pool.client, Username="ada", ConfirmationCode=right)


@story
def a_name_is_taken_once():
    pool = Pool(server)
    sign_up(pool, "ada")
    refused("UsernameExistsException", "User already exists", idp.sign_up, ClientId=pool.client, Username="ada", Password=PASSWORD)


@story
def a_weak_password_is_refused():
    pool = Pool(server)
    error = refused("InvalidPasswordException", None, idp.sign_up, ClientId=pool.client, Username="ada", Password="tooshort")
    equal("rule", error.response["Error"]["Message"].split(": ")[1], "Password must have uppercase characters")


@story
def the_code_is_sent_again():
    pool = Pool(server)
    sign_up(pool, "ada")
    details = idp.resend_confirmation_code(ClientId=pool.client, Username="ada")["CodeDeliveryDetails"]
    equal("medium", details["DeliveryMedium"], "EMAIL")
    idp.confirm_sign_up(ClientId=pool.client, Username="ada", ConfirmationCode=code(pool, "ada"))
    refused("InvalidParameterException", "User is already confirmed.", idp.resend_confirmation_code, ClientId=pool.client, Username="ada")


@story
def the_code_is_sent_again_five_times_an_hour():
    pool = Pool(server)
    sign_up(pool, "ada")
    for _ in range(5):
        idp.resend_confirmation_code(ClientId=pool.client, Username="ada")
    refused("LimitExceededException", "Attempt limit exceeded, please try after some time.",
            idp.resend_confirmation_code, ClientId=pool.client, Username="ada")


@story
def a_code_expires_after_a_day():
    later = Server()
    pool = Pool(later)
    later.idp.sign_up(ClientId=pool.client, Username="ada", Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": "ada@example.com"}])
    digits = later.code("ada@example.com")
    later.advance("24h1s")
    refused("ExpiredCodeException", "Invalid code provided, please request a code again.",
            later.idp.confirm_sign_up, ClientId=pool.client, Username="ada", ConfirmationCode=digits)


@story
def an_admin_confirms():
    pool = Pool(server)
    sign_up(pool, "ada")
    idp.admin_confirm_sign_up(UserPoolId=pool.id, Username="ada")
    pool.sign_in("ada")


@story
def only_admins_make_users_if_the_pool_says_so():
    pool = Pool(server, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    refused("NotAuthorizedException", "SignUp is not permitted for this user pool",
            idp.sign_up, ClientId=pool.client, Username="ada", Password=PASSWORD)


@story
def a_client_with_a_secret_signs_its_users_up():
    pool = Pool(server, client={"GenerateSecret": True})
    refused("NotAuthorizedException", f"Client {pool.client} is configured with secret but SECRET_HASH was not received",
            idp.sign_up, ClientId=pool.client, Username="ada", Password=PASSWORD)
    sign_up(pool, "ada")
    idp.confirm_sign_up(ClientId=pool.client, Username="ada", ConfirmationCode=code(pool, "ada"), **pool.hash("ada"))
    pool.sign_in("ada")


@story
def a_function_confirms_whoever_signs_up():
    pool = Pool(server, LambdaConfig=triggers(PreSignUp="confirms"))
    made = sign_up(pool, "ada", ClientMetadata={"campaign": "spring"}, ValidationData=[{"Name": "captcha", "Value": "ok"}])
    equal("confirmed, details", (made["UserConfirmed"], made.get("CodeDeliveryDetails")), (True, None))
    (event,) = events("confirms", pool.id)
    equal("source", event["triggerSource"], "PreSignUp_SignUp")
    equal("data", (event["request"]["clientMetadata"], event["request"]["validationData"]), ({"campaign": "spring"}, {"captcha": "ok"}))
    pool.sign_in("ada")


@story
def a_function_refuses_whoever_signs_up():
    pool = Pool(server, LambdaConfig=triggers(PreSignUp="throws"))
    refused("UserLambdaValidationException", "PreSignUp failed with error not on a Sunday.",
            idp.sign_up, ClientId=pool.client, Username="ada", Password=PASSWORD)
    refused("UserNotFoundException", "User does not exist.", idp.admin_get_user, UserPoolId=pool.id, Username="ada")


@story
def users_change_and_verify_an_address():
    pool = Pool(server)
    user = pool.user()
    token = pool.sign_in(user)["AuthenticationResult"]["AccessToken"]
    changed = idp.update_user_attributes(AccessToken=token, UserAttributes=[{"Name": "email", "Value": f"new-{user}@example.com"}])
    equal("details", [d["AttributeName"] for d in changed["CodeDeliveryDetailsList"]], ["email"])
    digits = server.code(f"new-{user}@example.com")
    refused("CodeMismatchException", "Invalid verification code provided, please try again.",
            idp.verify_user_attribute, AccessToken=token, AttributeName="email", Code=wrong(digits))
    idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=digits)
    got = {a["Name"]: a["Value"] for a in idp.get_user(AccessToken=token)["UserAttributes"]}
    equal("email", (got["email"], got["email_verified"]), (f"new-{user}@example.com", "true"))
    idp.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    idp.verify_user_attribute(AccessToken=token, AttributeName="email", Code=server.code(f"new-{user}@example.com"))


@story
def users_delete_an_attribute_and_themselves():
    pool = Pool(server)
    user = pool.user("ada", email="a@example.com", name="Ada")
    token = pool.sign_in(user)["AuthenticationResult"]["AccessToken"]
    idp.delete_user_attributes(AccessToken=token, UserAttributeNames=["name"])
    if "name" in {a["Name"] for a in idp.get_user(AccessToken=token)["UserAttributes"]}:
        raise AssertionError("the name is still there")
    idp.delete_user(AccessToken=token)
    refused("UserNotFoundException", "User does not exist.", idp.admin_get_user, UserPoolId=pool.id, Username=user)


@story
def users_change_their_password():
    pool = Pool(server)
    user = pool.user()
    token = pool.sign_in(user)["AuthenticationResult"]["AccessToken"]
    refused("NotAuthorizedException", "Incorrect username or password.",
            idp.change_password, AccessToken=token, PreviousPassword="Wr0ng-password", ProposedPassword=NEW_PASSWORD)
    idp.change_password(AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=NEW_PASSWORD)
    pool.sign_in(user, NEW_PASSWORD)


stage.run()
