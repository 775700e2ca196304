"""The administrator's side: pools, clients, users, attributes, tags, pages."""

import stage
from stage import NEW_PASSWORD, PASSWORD, Pool, Server, equal, refused, story

server = Server()
idp = server.idp


def attributes(user):
    """The attributes of a user in an answer, as a map."""
    return {a["Name"]: a["Value"] for a in user.get("Attributes") or user["UserAttributes"]}


@story
def a_pool_lives_from_creation_to_deletion():
    made = idp.create_user_pool(PoolName="shop", Policies={"PasswordPolicy": {"MinimumLength": 12}}, UserPoolTags={"team": "till"})["UserPool"]
    if not made["Id"].startswith("us-east-1_"):
        raise AssertionError(f"got pool id {made['Id']!r}, want one that begins with the region")
    equal("ARN", made["Arn"], f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{made['Id']}")
    idp.update_user_pool(UserPoolId=made["Id"], MfaConfiguration="OFF", UserPoolTags={"team": "stock"},
                         Policies={"PasswordPolicy": {"MinimumLength": 9}})
    seen = idp.describe_user_pool(UserPoolId=made["Id"])["UserPool"]
    equal("name, length, tags", (seen["Name"], seen["Policies"]["PasswordPolicy"]["MinimumLength"], seen["UserPoolTags"]), ("shop", 9, {"team": "stock"}))
    equal("creation", seen["CreationDate"], made["CreationDate"])
    idp.delete_user_pool(UserPoolId=made["Id"])
    refused("ResourceNotFoundException", f"User pool {made['Id']} does not exist.", idp.describe_user_pool, UserPoolId=made["Id"])


@story
def pools_are_listed_page_by_page():
    ids = {idp.create_user_pool(PoolName=f"page-{n}")["UserPool"]["Id"] for n in range(7)}
    pages = list(idp.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 3}))
    if max(len(p["UserPools"]) for p in pages) > 3 or len(pages) < 3:
        raise AssertionError(f"got pages of {[len(p['UserPools']) for p in pages]}, want at most 3 on each")
    listed = [p["Id"] for page in pages for p in page["UserPools"]]
    equal("pools listed twice", len(listed) - len(set(listed)), 0)
    equal("pools not listed", ids - set(listed), set())


@story
def a_client_lives_from_creation_to_deletion():
    pool = idp.create_user_pool(PoolName="clients")["UserPool"]["Id"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="till", GenerateSecret=True, RefreshTokenValidity=60,
                                       ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]
    seen = idp.describe_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"])["UserPoolClient"]
    equal("client", seen, made)
    idp.update_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"], ClientName="till 2",
                                ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    seen = idp.describe_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"])["UserPoolClient"]
    equal("name, secret", (seen["ClientName"], seen["ClientSecret"]), ("till 2", made["ClientSecret"]))
    for n in range(4):
        idp.create_user_pool_client(UserPoolId=pool, ClientName=f"more-{n}")
    listed = [c for page in idp.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool, PaginationConfig={"PageSize": 2})
              for c in page["UserPoolClients"]]
    equal("names", sorted(c["ClientName"] for c in listed), ["more-0", "more-1", "more-2", "more-3", "till 2"])
    idp.delete_user_pool_client(UserPoolId=pool, ClientId=made["ClientId"])
    refused("ResourceNotFoundException", f"User pool client {made['ClientId']} does not exist.",
            idp.describe_user_pool_client, UserPoolId=pool, ClientId=made["ClientId"])


@story
def tags_are_put_on_and_taken_off():
    arn = idp.create_user_pool(PoolName="tagged")["UserPool"]["Arn"]
    idp.tag_resource(ResourceArn=arn, Tags={"team": "till", "stage": "test"})
    idp.untag_resource(ResourceArn=arn, TagKeys=["stage"])
    equal("tags", idp.list_tags_for_resource(ResourceArn=arn)["Tags"], {"team": "till"})


@story
def custom_attributes_are_added_and_used():
    pool = Pool(server)
    idp.add_custom_attributes(UserPoolId=pool.id, CustomAttributes=[{"Name": "shoe_size", "AttributeDataType": "Number", "Mutable": True}])
    names = {a["Name"] for a in idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["SchemaAttributes"]}
    if "custom:shoe_size" not in names:
        raise AssertionError(f"got attributes {names}, want custom:shoe_size among them")
    user = pool.user("ada", **{"email": "a@example.com", "custom:shoe_size": "38"})
    equal("shoe size", attributes(idp.admin_get_user(UserPoolId=pool.id, Username=user))["custom:shoe_size"], "38")
    refused("InvalidParameterException", None, idp.admin_update_user_attributes, UserPoolId=pool.id, Username=user,
            UserAttributes=[{"Name": "custom:hat_size", "Value": "7"}])


@story
def an_admin_makes_changes_and_deletes_a_user():
    pool = Pool(server)
    made = idp.admin_create_user(UserPoolId=pool.id, Username="ada", DesiredDeliveryMediums=["EMAIL"], UserAttributes=[
        {"Name": "email", "Value": "ada@example.com"}, {"Name": "email_verified", "Value": "true"}])["User"]
    equal("made", (made["Username"], made["UserStatus"], made["Enabled"]), ("ada", "FORCE_CHANGE_PASSWORD", True))
    invitation = server.message("ada@example.com", pool=pool.id)
    equal("subject", invitation["subject"], "Your temporary password")
    equal("body", invitation["body"], f"Your username is ada and temporary password is {invitation['code']}. ")
    refused("UsernameExistsException", "User account already exists", idp.admin_create_user, UserPoolId=pool.id, Username="ada")

    idp.admin_update_user_attributes(UserPoolId=pool.id, Username="ada", UserAttributes=[
        {"Name": "name", "Value": "Ada L."}, {"Name": "email", "Value": "al@example.com"}, {"Name": "email_verified", "Value": "true"}])
    seen = idp.admin_get_user(UserPoolId=pool.id, Username="ada")
    got = attributes(seen)
    equal("attributes", {k: got.get(k) for k in ("name", "email", "email_verified")},
          {"name": "Ada L.", "email": "al@example.com", "email_verified": "true"})
    idp.admin_delete_user_attributes(UserPoolId=pool.id, Username="ada", UserAttributeNames=["name"])
    if "name" in attributes(idp.admin_get_user(UserPoolId=pool.id, Username="ada")):
        raise AssertionError("the name is still there")

    idp.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=NEW_PASSWORD, Permanent=True)
    idp.admin_disable_user(UserPoolId=pool.id, Username="ada")
    equal("enabled", idp.admin_get_user(UserPoolId=pool.id, Username="ada")["Enabled"], False)
    refused("NotAuthorizedException", "User is disabled.", idp.initiate_auth, ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": NEW_PASSWORD})
    idp.admin_enable_user(UserPoolId=pool.id, Username="ada")
    pool.sign_in("ada", NEW_PASSWORD)
    idp.admin_delete_user(UserPoolId=pool.id, Username="ada")
    refused("UserNotFoundException", "User does not exist.", idp.admin_get_user, UserPoolId=pool.id, Username="ada")


@story
def a_weak_password_is_refused():
    pool = Pool(server)
    user = pool.user()
    refused("InvalidPasswordException", "Password does not conform to policy: Password must have symbol characters",
            idp.admin_set_user_password, UserPoolId=pool.id, Username=user, Password="Passw0rdWithout", Permanent=True)


@story
def users_are_listed_filtered_and_paged():
    pool = Pool(server)
    for n in range(7):
        pool.user(f"user-{n}", email=f"user-{n}@example.com", email_verified="true", name="Even" if n % 2 == 0 else "Odd")
    pages = list(idp.get_paginator("list_users").paginate(UserPoolId=pool.id, PaginationConfig={"PageSize": 3}))
    equal("names", sorted(u["Username"] for p in pages for u in p["Users"]), [f"user-{n}" for n in range(7)])
    equal("largest page", max(len(p["Users"]) for p in pages), 3)

    def found(text):
        return sorted(u["Username"] for u in idp.list_users(UserPoolId=pool.id, Filter=text)["Users"])

    equal("by email", found('email = "user-3@example.com"'), ["user-3"])
    equal("by the beginning of an email", found('email ^= "user-"'), [f"user-{n}" for n in range(7)])
    equal("by name", found('name = "Even"'), ["user-0", "user-2", "user-4", "user-6"])
    equal("by username", found('username = "user-1"'), ["user-1"])
    equal("by status", len(found('cognito:user_status = "CONFIRMED"')), 7)
    equal("nobody", found('email = "nobody@example.com"'), [])
    refused("InvalidParameterException", None, idp.list_users, UserPoolId=pool.id, Filter="email is ada")
    (user,) = idp.list_users(UserPoolId=pool.id, Filter='username = "user-1"', AttributesToGet=["email"])["Users"]
    equal("attributes", user["Attributes"], [{"Name": "email", "Value": "user-1@example.com"}])


@story
def an_admin_signs_a_user_in():
    pool = Pool(server, client={"ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})
    user = pool.user()
    got = idp.admin_initiate_auth(UserPoolId=pool.id, ClientId=pool.client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                  AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD})["AuthenticationResult"]
    equal("user", idp.get_user(AccessToken=got["AccessToken"])["Username"], user)
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username=user)
    refused("NotAuthorizedException", "Access Token has been revoked", idp.get_user, AccessToken=got["AccessToken"])
    refused("NotAuthorizedException", "Refresh Token has been revoked", idp.admin_initiate_auth, UserPoolId=pool.id, ClientId=pool.client,
            AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": got["RefreshToken"]})


@story
def unknown_pools_and_users_are_not_found():
    pool = Pool(server)
    gone = "us-east-1_000000000"
    refused("ResourceNotFoundException", f"User pool {gone} does not exist.", idp.admin_get_user, UserPoolId=gone, Username="ada")
    refused("ResourceNotFoundException", f"User pool {gone} does not exist.", idp.list_users, UserPoolId=gone)
    for call in (idp.admin_get_user, idp.admin_delete_user, idp.admin_disable_user, idp.admin_reset_user_password):
        refused("UserNotFoundException", "User does not exist.", call, UserPoolId=pool.id, Username="nobody")


stage.run()
