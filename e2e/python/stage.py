"""What the stories in this folder share.

A story is a function marked @story. run() plays those of a program one after
the other and prints a line of JSON about each, which the Go test reads. The
stage itself - servers, Lambda, mail, SMS - is at the URL in ROCKPOOL_STAGE;
stage_test.go says what it offers.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import sys
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions

STAGE = os.environ["ROCKPOOL_STAGE"]
PASSWORD = "Old-passw0rd"
NEW_PASSWORD = "N3w-password"

# Errors that the boto3 of Debian 12 does not know as classes.
NEWER = {"DeviceKeyExistsException", "PasswordHistoryPolicyViolationException"}

_stories = []


def story(play):
    """Marks a function as a story; its name is the story's."""
    _stories.append(play)
    return play


def run():
    """Plays the program's stories. One that fails does not stop the others."""
    for play in _stories:
        began, error = time.monotonic(), ""
        try:
            play()
        except Exception:
            error = traceback.format_exc()
        _tell({"story": play.__name__, "error": error, "took": time.monotonic() - began})
    _tell({"count": len(_stories)})


def _tell(line):
    print(json.dumps(line), flush=True)


def http(method, url, body=None):
    """Sends a request and returns the JSON of the answer, or None."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
    except urllib.error.HTTPError as e:
        raise AssertionError(f"{method} {url}: {e.code} {e.read().decode()}") from None
    return json.loads(text) if text.strip() else None


def equal(what, got, want):
    """Fails the story unless got is what is wanted."""
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


def refused(code, message, call, **arguments):
    """Calls an operation that must be refused with this code and message.

    message None stands for any that is not empty.
    """
    try:
        got = call(**arguments)
    except botocore.exceptions.ClientError as e:
        error = e.response["Error"]
        equal("error", (error["Code"], error["Message"]), (code, error["Message"] if message is None else message))
        if not error["Message"]:
            raise AssertionError(f"{code} has no message")
        status = e.response["ResponseMetadata"]["HTTPStatusCode"]
        equal(f"status of {code}", status, 500 if code == "InternalErrorException" else 400)
        if code not in NEWER and not isinstance(e, getattr(call.__self__.exceptions, code)):
            raise AssertionError(f"{code} was raised as {type(e).__name__}")
        return e
    raise AssertionError(f"the call succeeded with {got!r}, want {code}: {message}")


def secret_hash(username, client_id, secret):
    """SECRET_HASH as clients with a secret send it."""
    mac = hmac.new(secret.encode(), (username + client_id).encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def function(name):
    """The ARN of one of the stage's Lambda functions."""
    return f"arn:aws:lambda:us-east-1:000000000000:function:{name}"


def triggers(**functions):
    """A LambdaConfig, made of the names of the stage's functions."""
    return {trigger: function(name) for trigger, name in functions.items()}


def events(name, pool_id):
    """The events with which a function was called for a pool, oldest first."""
    got = http("GET", f"{STAGE}/events?function={name}") or []
    return [e for e in got if e["userPoolId"] == pool_id]


def eventually(what, look, seconds=10):
    """Returns the first truth that look finds, for what happens in the background."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")


class Server:
    """A server of its own for a story, and a boto3 client of it."""

    def __init__(self, *flags, config=""):
        about = http("POST", f"{STAGE}/servers", {"flags": list(flags), "config": config})
        self.endpoint, self.admin, self.dir = about["endpoint"], about["admin"], about["dir"]
        self.idp = connect(self.endpoint)

    def newer(self, operation, **members):
        """Calls an operation as the boto3 of Debian 12 cannot, because it does not know all of it; returns the status and the answer."""
        request = botocore.awsrequest.AWSRequest("POST", self.endpoint + "/", data=json.dumps(members), headers={
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityProviderService." + operation})
        botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", "test"), "cognito-idp", "us-east-1").add_auth(request)
        try:
            with urllib.request.urlopen(urllib.request.Request(request.url, request.data.encode(), dict(request.headers))) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as e:
            return e.code, json.loads(e.read())

    def advance(self, duration):
        """Moves the server's clock: "61m", "24h"."""
        http("POST", f"{self.admin}/dev/clock", {"advance": duration})

    def messages(self, to):
        """What the inbox holds for an address or a number, newest first."""
        return http("GET", f"{self.admin}/dev/inbox/messages?to={urllib.parse.quote(to)}") or []

    def message(self, to, **want):
        """The newest message for somebody, once it has come."""

        def look():
            got = [m for m in self.messages(to) if all(m[k] == v for k, v in want.items())]
            return got and got[0]

        return eventually(f"a message to {to}", look)

    def code(self, to):
        """The code of the newest message for somebody."""
        return self.message(to)["code"]

    def store(self, state):
        """Makes the store "fail", or "works" again."""
        http("POST", f"{STAGE}/store?of={urllib.parse.quote(self.endpoint)}", state.encode())


def connect(endpoint, **credentials):
    """A boto3 client that does not try again, so that a story sees each answer."""
    credentials = credentials or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(
        "cognito-idp",
        endpoint_url=endpoint,
        region_name="us-east-1",
        config=botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=90),
        **credentials,
    )


class Pool:
    """A pool with one client, and short forms of what stories do with them."""

    def __init__(self, server, client=None, **settings):
        self.server, self.idp = server, server.idp
        settings.setdefault("AutoVerifiedAttributes", ["email"])
        pool = self.idp.create_user_pool(PoolName="stories", **settings)["UserPool"]
        self.id, self.pool = pool["Id"], pool
        options = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
        options.update({"PreventUserExistenceErrors": "LEGACY"} | (client or {}))
        made = self.idp.create_user_pool_client(UserPoolId=self.id, ClientName="app", **options)["UserPoolClient"]
        self.client, self.secret = made["ClientId"], made.get("ClientSecret")

    def user(self, name=None, /, password=PASSWORD, **attributes):
        """Makes a confirmed user with a verified email, unless told otherwise."""
        name = name or "u-" + secrets.token_hex(4)
        attributes = attributes or {"email": f"{name}@example.com", "email_verified": "true"}
        made = self.idp.admin_create_user(
            UserPoolId=self.id, Username=name, MessageAction="SUPPRESS",
            UserAttributes=[{"Name": k, "Value": v} for k, v in attributes.items()],
        )["User"]
        if password:
            self.idp.admin_set_user_password(UserPoolId=self.id, Username=name, Password=password, Permanent=True)
        return made["Username"]

    def hash(self, name):
        """SecretHash for a call, if the client has a secret."""
        return {"SecretHash": secret_hash(name, self.client, self.secret)} if self.secret else {}

    def forgot(self, name, **more):
        """ForgotPassword; returns where the code went."""
        got = self.idp.forgot_password(ClientId=self.client, Username=name, **self.hash(name), **more)
        return got["CodeDeliveryDetails"]

    def reset(self, name, code, password=NEW_PASSWORD, **more):
        """The arguments of ConfirmForgotPassword."""
        return dict(ClientId=self.client, Username=name, ConfirmationCode=code, Password=password, **{**self.hash(name), **more})

    def sign_in(self, name, password=PASSWORD, **more):
        """Signs in with USER_PASSWORD_AUTH and returns the answer."""
        parameters = {"USERNAME": name, "PASSWORD": password}
        if self.secret:
            parameters["SECRET_HASH"] = secret_hash(name, self.client, self.secret)
        return self.idp.initiate_auth(ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters, **more)


def wrong(code):
    """Another code than this one."""
    return f"{(int(code) + 1) % 1000000:06d}"
