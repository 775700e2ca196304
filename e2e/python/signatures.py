"""Signed requests to a production server: ROCKPOOL_STAGE holds its keys."""

import json

import stage
from stage import STAGE, connect, equal, refused, story

about = json.loads(STAGE)


def client(key, secret=None):
    """boto3 with a key of the server's, or with another secret."""
    return connect(about["endpoint"], aws_access_key_id=key["id"], aws_secret_access_key=secret or key["secret"])


def fails(code, call, **arguments):
    """Calls an operation that must be refused before it is looked at."""
    try:
        call(**arguments)
    except call.__self__.exceptions.ClientError as e:
        equal("code", e.response["Error"]["Code"], code)
        return
    raise AssertionError(f"the call succeeded, want {code}")


@story
def the_right_signature_passes():
    idp = client(about["all"])
    pool = idp.create_user_pool(PoolName="signed, with spaces = and @")["UserPool"]
    equal("name", idp.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]["Name"], pool["Name"])


@story
def a_wrong_secret_does_not():
    fails("InvalidSignatureException", client(about["all"], about["readOnly"]["secret"]).list_user_pools, MaxResults=1)


@story
def nor_does_an_unknown_key():
    fails("UnrecognizedClientException", client({"id": "AKIA0000000000000000", "secret": "x" * 40}).list_user_pools, MaxResults=1)


@story
def a_policy_allows_what_it_names_and_nothing_else():
    idp = client(about["readOnly"])
    pools = idp.list_user_pools(MaxResults=10)["UserPools"]
    idp.describe_user_pool(UserPoolId=pools[0]["Id"])
    fails("AccessDeniedException", idp.create_user_pool, PoolName="denied")
    fails("AccessDeniedException", idp.delete_user_pool, UserPoolId=pools[0]["Id"])


@story
def operations_of_users_need_no_signature():
    idp = client({"id": "AKIA0000000000000000", "secret": "x" * 40})
    refused("ResourceNotFoundException", None, idp.sign_up, ClientId="0123456789abcdefghijklmnop", Username="ada", Password="N3w-password")


stage.run()
