"""Second factors, as administrators and users set them: pools, preferences, recovery."""

import base64
import hashlib
import hmac
import json
import struct
import time

import stage
from stage import NEW_PASSWORD, Pool, Server, equal, refused, story

server = Server()
idp = server.idp

SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}
NUMBER = "+12065550100"
ON = {"Enabled": True, "PreferredMfa": False}
PREFERRED = {"Enabled": True, "PreferredMfa": True}
OFF = {"Enabled": False, "PreferredMfa": False}
TOTP_ON = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}


def factors(pool_id):
    """What GetUserPoolMfaConfig shows."""
    return without_metadata(idp.get_user_pool_mfa_config(UserPoolId=pool_id))


def without_metadata(answer):
    return {k: v for k, v in answer.items() if k != "ResponseMetadata"}


def chosen(answer):
    """The factors of a user in the answer of GetUser or AdminGetUser, where there are any."""
    return {k: v for k, v in answer.items() if k in ("UserMFASettingList", "PreferredMfaSetting", "MFAOptions")}


@story
def a_pool_gets_factors_and_loses_them():
    pool = idp.create_user_pool(PoolName="factors")["UserPool"]["Id"]
    equal("factors of a new pool", factors(pool), {"MfaConfiguration": "OFF"})
    want = {"MfaConfiguration": "OPTIONAL", **TOTP_ON}
    equal("answer", without_metadata(idp.set_user_pool_mfa_config(UserPoolId=pool, **want)), want)
    equal("factors", factors(pool), want)
    equal("described", idp.describe_user_pool(UserPoolId=pool)["UserPool"]["MfaConfiguration"], "OPTIONAL")

    both = {"MfaConfiguration": "ON", **TOTP_ON, "SmsMfaConfiguration": {"SmsAuthenticationMessage": "till {####}", "SmsConfiguration": SMS}}
    idp.set_user_pool_mfa_config(UserPoolId=pool, **both)
    equal("both factors", factors(pool), both)
    seen = idp.describe_user_pool(UserPoolId=pool)["UserPool"]
    equal("described", (seen["MfaConfiguration"], seen["SmsAuthenticationMessage"], seen["SmsConfiguration"]), ("ON", "till {####}", SMS))

    idp.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="OFF")
    equal("factors after OFF", factors(pool), {"MfaConfiguration": "OFF"})


@story
def what_does_not_go_together_is_refused():
    pool = idp.create_user_pool(PoolName="refusals")["UserPool"]["Id"]
    refused("InvalidParameterException", "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
            idp.set_user_pool_mfa_config, UserPoolId=pool, **TOTP_ON)
    refused("InvalidParameterException", None, idp.set_user_pool_mfa_config, UserPoolId=pool, MfaConfiguration="ON")
    refused("InvalidParameterException", None, idp.set_user_pool_mfa_config, UserPoolId=pool, MfaConfiguration="ON", SmsMfaConfiguration={})
    refused("InvalidParameterException", "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
            idp.create_user_pool, PoolName="no sms", MfaConfiguration="ON")
    equal("factors", factors(pool), {"MfaConfiguration": "OFF"})
    refused("ResourceNotFoundException", "User pool us-east-1_000000000 does not exist.",
            idp.set_user_pool_mfa_config, UserPoolId="us-east-1_000000000", MfaConfiguration="OFF")
    refused("ResourceNotFoundException", "User pool us-east-1_000000000 does not exist.",
            idp.get_user_pool_mfa_config, UserPoolId="us-east-1_000000000")


@story
def updates_of_a_pool_keep_its_factors():
    """As tools do that describe pools: create, set the factors, then repeat MfaConfiguration in every update."""
    pool = idp.create_user_pool(PoolName="described")["UserPool"]["Id"]
    want = {"MfaConfiguration": "ON", **TOTP_ON}
    idp.set_user_pool_mfa_config(UserPoolId=pool, **want)
    idp.update_user_pool(UserPoolId=pool, MfaConfiguration="ON", UserPoolTags={"team": "till"})
    equal("factors after an update", factors(pool), want)
    idp.update_user_pool(UserPoolId=pool)
    equal("factors after an update without MFA", factors(pool), {"MfaConfiguration": "OFF"})

    text = idp.create_user_pool(PoolName="text messages", MfaConfiguration="OPTIONAL", SmsConfiguration=SMS)["UserPool"]
    equal("MFA as created", text["MfaConfiguration"], "OPTIONAL")
    equal("factors as created", factors(text["Id"]), {"MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {"SmsConfiguration": SMS}})


@story
def an_admin_chooses_for_a_user():
    pool = Pool(server, MfaConfiguration="OPTIONAL", SmsConfiguration=SMS)
    user = pool.user("ada", phone_number=NUMBER)

    def get():
        return chosen(idp.admin_get_user(UserPoolId=pool.id, Username=user))

    def choose(**settings):
        idp.admin_set_user_mfa_preference(UserPoolId=pool.id, Username=user, **settings)

    equal("nothing chosen", get(), {})
    options = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
    choose(SMSMfaSettings=PREFERRED)
    equal("preferred", get(), {"UserMFASettingList": ["SMS_MFA"], "PreferredMfaSetting": "SMS_MFA", "MFAOptions": options})
    equal("listed", idp.list_users(UserPoolId=pool.id)["Users"][0]["MFAOptions"], options)
    refused("InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
            idp.admin_set_user_mfa_preference, UserPoolId=pool.id, Username=user, SoftwareTokenMfaSettings=PREFERRED)
    choose(SMSMfaSettings=ON)
    equal("not preferred", get(), {"UserMFASettingList": ["SMS_MFA"], "MFAOptions": options})
    choose(SMSMfaSettings=OFF)
    equal("turned off", get(), {})

    idp.admin_set_user_settings(UserPoolId=pool.id, Username=user, MFAOptions=options)
    equal("by the older operation", get(), {"UserMFASettingList": ["SMS_MFA"], "MFAOptions": options})
    idp.admin_set_user_settings(UserPoolId=pool.id, Username=user, MFAOptions=[])
    equal("turned off by it", get(), {})

    idp.admin_delete_user_attributes(UserPoolId=pool.id, Username=user, UserAttributeNames=["phone_number"])
    refused("InvalidParameterException", "User does not have delivery config set to turn on SMS_MFA",
            idp.admin_set_user_mfa_preference, UserPoolId=pool.id, Username=user, SMSMfaSettings=ON)
    refused("UserNotFoundException", "User does not exist.",
            idp.admin_set_user_mfa_preference, UserPoolId=pool.id, Username="nobody", SMSMfaSettings=ON)
    refused("UserNotFoundException", "User does not exist.",
            idp.admin_set_user_settings, UserPoolId=pool.id, Username="nobody", MFAOptions=[])


@story
def a_user_chooses():
    pool = Pool(server, MfaConfiguration="OPTIONAL", SmsConfiguration=SMS)
    user = pool.user("ada", phone_number=NUMBER)
    token = pool.sign_in(user)["AuthenticationResult"]["AccessToken"]
    equal("nothing chosen", chosen(idp.get_user(AccessToken=token)), {})
    idp.set_user_mfa_preference(AccessToken=token, SMSMfaSettings=PREFERRED)
    options = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
    equal("preferred", chosen(idp.get_user(AccessToken=token)),
          {"UserMFASettingList": ["SMS_MFA"], "PreferredMfaSetting": "SMS_MFA", "MFAOptions": options})
    refused("InvalidParameterException", None, idp.set_user_mfa_preference, AccessToken=token,
            SMSMfaSettings={"Enabled": False, "PreferredMfa": True})
    idp.set_user_settings(AccessToken=token, MFAOptions=[])
    equal("turned off", chosen(idp.get_user(AccessToken=token)), {})
    refused("NotAuthorizedException", None, idp.set_user_mfa_preference, AccessToken="x.y.z", SMSMfaSettings=ON)
    refused("NotAuthorizedException", None, idp.set_user_settings, AccessToken="x.y.z", MFAOptions=[])


def totp(secret, when):
    """The code of an authenticator (RFC 6238) at a time, in seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(when) // 30), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7FFFFFFF) % 1000000:06d}"


@story
def an_admin_removes_an_authenticator():
    pool = Pool(server)
    idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OPTIONAL", **TOTP_ON)
    user = pool.user()
    token = pool.sign_in(user)["AuthenticationResult"]["AccessToken"]
    secret = idp.associate_software_token(AccessToken=token)["SecretCode"]
    idp.verify_software_token(AccessToken=token, UserCode=totp(secret, time.time()))
    idp.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=PREFERRED)
    equal("factors", chosen(idp.admin_get_user(UserPoolId=pool.id, Username=user)),
          {"UserMFASettingList": ["SOFTWARE_TOKEN_MFA"], "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA"})
    equal("challenge", pool.sign_in(user).get("ChallengeName"), "SOFTWARE_TOKEN_MFA")

    equal("answer", server.newer("AdminDeleteSoftwareToken", UserPoolId=pool.id, Username=user), (200, {}))
    equal("factors afterwards", chosen(idp.admin_get_user(UserPoolId=pool.id, Username=user)), {})
    if "AuthenticationResult" not in pool.sign_in(user):
        raise AssertionError("the user is asked for an authenticator that is gone")
    refused("InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
            idp.set_user_mfa_preference, AccessToken=token, SoftwareTokenMfaSettings=ON)
    equal("answer without one", server.newer("AdminDeleteSoftwareToken", UserPoolId=pool.id, Username=user), (200, {}))
    status, error = server.newer("AdminDeleteSoftwareToken", UserPoolId=pool.id, Username="nobody")
    equal("error", (status, error["__type"], error["message"]), (400, "UserNotFoundException", "User does not exist."))


@story
def a_reset_code_does_not_go_where_the_second_factor_goes():
    pool = Pool(server, MfaConfiguration="OPTIONAL", SmsConfiguration=SMS, AccountRecoverySetting={"RecoveryMechanisms": [
        {"Name": "verified_phone_number", "Priority": 1}, {"Name": "verified_email", "Priority": 2}]})
    user = pool.user("grace", email="grace@example.com", email_verified="true", phone_number="+12065550199", phone_number_verified="true")
    equal("medium without a second factor", pool.forgot(user)["DeliveryMedium"], "SMS")
    phone = server.code("+12065550199")
    idp.admin_set_user_mfa_preference(UserPoolId=pool.id, Username=user, SMSMfaSettings=PREFERRED)
    refused("ExpiredCodeException", "Invalid code provided, please request a code again.", idp.confirm_forgot_password, **pool.reset(user, phone))
    equal("medium with SMS as second factor", pool.forgot(user)["DeliveryMedium"], "EMAIL")
    idp.confirm_forgot_password(**pool.reset(user, server.code("grace@example.com"), NEW_PASSWORD))

    idp.admin_update_user_attributes(UserPoolId=pool.id, Username=user, UserAttributes=[{"Name": "email_verified", "Value": "false"}])
    refused("InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number",
            idp.forgot_password, ClientId=pool.client, Username=user)


stage.run()
