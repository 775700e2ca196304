"""Remembered devices as servers see them: for users, and as administrators."""

import base64
import hashlib
import secrets

import srp
import stage
from stage import PASSWORD, Pool, Server, equal, refused, story

server = Server()
idp = server.idp

ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
OPT_IN = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
FLOWS = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}


class Device:
    """A device that has got its key, with a secret of its own."""

    def __init__(self, metadata):
        self.key, self.group = metadata["DeviceKey"], metadata["DeviceGroupKey"]
        self.secret = base64.b64encode(secrets.token_bytes(40)).decode()

    def verifier(self):
        """DeviceSecretVerifierConfig."""
        salt = int.from_bytes(secrets.token_bytes(16), "big")
        inner = hashlib.sha256(f"{self.group}{self.key}:{self.secret}".encode()).digest()
        v = pow(srp.g, srp.H(srp.pad(salt), inner), srp.N)
        return {"Salt": base64.b64encode(srp.pad(salt)).decode(), "PasswordVerifier": base64.b64encode(srp.pad(v)).decode()}

    def confirm(self, access):
        got = idp.confirm_device(
            AccessToken=access, DeviceKey=self.key, DeviceName="a phone", DeviceSecretVerifierConfig=self.verifier()
        )
        return got["UserConfirmationNecessary"]

    def prove(self, respond, asked, name):
        """Goes from DEVICE_SRP_AUTH to what comes after the proof."""
        equal("challenge", asked["ChallengeName"], "DEVICE_SRP_AUTH")
        client = srp.Client()
        asked = respond(
            ChallengeName="DEVICE_SRP_AUTH", Session=asked["Session"],
            ChallengeResponses={"USERNAME": name, "DEVICE_KEY": self.key, "SRP_A": client.srp_a},
        )
        equal("challenge", asked["ChallengeName"], "DEVICE_PASSWORD_VERIFIER")
        # The group key stands where the pool's name is, the key where the user's.
        parameters = asked["ChallengeParameters"]
        answers = client.answer(f"x_{self.group}", self.secret, parameters | {"USER_ID_FOR_SRP": self.key})
        answers |= {"USERNAME": parameters["USERNAME"], "DEVICE_KEY": self.key}
        return respond(ChallengeName="DEVICE_PASSWORD_VERIFIER", Session=asked["Session"], ChallengeResponses=answers)


def admin_sign_in(pool, name, **more):
    return idp.admin_initiate_auth(
        UserPoolId=pool.id, ClientId=pool.client, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD, **more},
    )


def admin_respond(pool):
    return lambda **more: idp.admin_respond_to_auth_challenge(UserPoolId=pool.id, ClientId=pool.client, **more)


def attributes(device):
    return {a["Name"]: a["Value"] for a in device["DeviceAttributes"]}


@story
def a_server_remembers_the_device_of_its_user():
    pool = Pool(server, client=FLOWS, DeviceConfiguration=ALWAYS)
    user = pool.user()
    first = admin_sign_in(pool, user)["AuthenticationResult"]
    device = Device(first["NewDeviceMetadata"])
    equal("UserConfirmationNecessary", device.confirm(first["AccessToken"]), False)
    refused(
        "DeviceKeyExistsException", None, idp.confirm_device,
        AccessToken=first["AccessToken"], DeviceKey=device.key, DeviceSecretVerifierConfig=device.verifier(),
    )
    for _ in range(4):  # leading zeros of the numbers come and go
        got = device.prove(admin_respond(pool), admin_sign_in(pool, user, DEVICE_KEY=device.key), user)
        equal("NewDeviceMetadata", got["AuthenticationResult"].get("NewDeviceMetadata"), None)
    token = got["AuthenticationResult"]["RefreshToken"]
    refresh = dict(UserPoolId=pool.id, ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH")
    refused("NotAuthorizedException", "Invalid Refresh Token", idp.admin_initiate_auth, AuthParameters={"REFRESH_TOKEN": token}, **refresh)
    idp.admin_initiate_auth(AuthParameters={"REFRESH_TOKEN": token, "DEVICE_KEY": device.key}, **refresh)


@story
def an_administrator_looks_after_devices():
    pool = Pool(server, client=FLOWS, DeviceConfiguration=OPT_IN)
    user = pool.user()
    devices = []
    for _ in range(3):
        got = pool.sign_in(user)["AuthenticationResult"]
        devices.append(Device(got["NewDeviceMetadata"]))
        equal("UserConfirmationNecessary", devices[-1].confirm(got["AccessToken"]), True)
    of_user = dict(UserPoolId=pool.id, Username=user)
    page = idp.admin_list_devices(Limit=2, **of_user)
    rest = idp.admin_list_devices(Limit=2, PaginationToken=page["PaginationToken"], **of_user)
    keys = [d["DeviceKey"] for d in page["Devices"] + rest["Devices"]]
    equal("devices", sorted(keys), sorted(d.key for d in devices))
    equal("more", rest.get("PaginationToken"), None)
    one = devices[0].key
    shown = idp.admin_get_device(DeviceKey=one, **of_user)["Device"]
    equal("status", attributes(shown)["dev:device_remembered_status"], "not_remembered")
    equal("name", attributes(shown)["device_name"], "a phone")
    idp.admin_update_device_status(DeviceKey=one, DeviceRememberedStatus="remembered", **of_user)
    shown = idp.admin_get_device(DeviceKey=one, **of_user)["Device"]
    equal("status", attributes(shown)["dev:device_remembered_status"], "remembered")
    listed = idp.list_devices(AccessToken=got["AccessToken"])["Devices"]
    equal("what the user sees", [d["DeviceKey"] for d in listed], [one])
    idp.admin_forget_device(DeviceKey=one, **of_user)
    refused("ResourceNotFoundException", "Device does not exist.", idp.admin_get_device, DeviceKey=one, **of_user)
    refused(
        "ResourceNotFoundException", "Device does not exist.", idp.initiate_auth,
        ClientId=pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD, "DEVICE_KEY": one},
    )


@story
def a_pool_begins_to_track_devices_and_stops():
    pool = Pool(server, client=FLOWS)
    user = pool.user()
    got = pool.sign_in(user)["AuthenticationResult"]
    equal("NewDeviceMetadata", got.get("NewDeviceMetadata"), None)
    refused("InvalidUserPoolConfigurationException", None, idp.list_devices, AccessToken=got["AccessToken"])
    idp.update_user_pool(UserPoolId=pool.id, DeviceConfiguration=ALWAYS)
    equal("DeviceConfiguration", idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["DeviceConfiguration"], ALWAYS)
    got = stage.eventually("tracking", lambda: (r := pool.sign_in(user)["AuthenticationResult"]).get("NewDeviceMetadata") and r)
    device = Device(got["NewDeviceMetadata"])
    device.confirm(got["AccessToken"])
    idp.update_user_pool(UserPoolId=pool.id)
    stage.eventually("the end of tracking", lambda: "NewDeviceMetadata" not in pool.sign_in(user)["AuthenticationResult"])
    refreshed = idp.initiate_auth(ClientId=pool.client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": got["RefreshToken"]})
    assert refreshed["AuthenticationResult"]["AccessToken"]


stage.run()
