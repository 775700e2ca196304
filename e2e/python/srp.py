"""The client's side of the SRP-6a exchange of user pools, in Python integers."""

import base64
import datetime
import hashlib
import hmac
import secrets

# The 3072-bit group of RFC 5054, appendix A.
N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
g = 2


def pad(n):
    """A number as the protocol hashes it: no sign bit at the front."""
    raw = n.to_bytes((n.bit_length() + 7) // 8 or 1, "big")
    return b"\0" + raw if raw[0] & 0x80 else raw


def H(*parts):
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


class Client:
    """One sign-in."""

    def __init__(self):
        self.a = int.from_bytes(secrets.token_bytes(128), "big")
        self.A = pow(g, self.a, N)

    @property
    def srp_a(self):
        return f"{self.A:x}"

    def answer(self, pool_id, password, parameters):
        """The responses to PASSWORD_VERIFIER with these challenge parameters."""
        user, B = parameters["USER_ID_FOR_SRP"], int(parameters["SRP_B"], 16)
        name = (pool_id.split("_", 1)[1] + user).encode()
        u = H(pad(self.A), pad(B))
        x = H(pad(int(parameters["SALT"], 16)), hashlib.sha256(name + b":" + password.encode()).digest())
        k = H(pad(N), pad(g))
        S = pow(B - k * pow(g, x, N), self.a + u * x, N)
        prk = hmac.new(pad(u), pad(S), hashlib.sha256).digest()
        key = hmac.new(prk, b"Caldera Derived Key\x01", hashlib.sha256).digest()[:16]
        now = datetime.datetime.now(datetime.timezone.utc)
        stamp = f"{now:%a %b} {now.day} {now:%H:%M:%S} UTC {now.year}"
        block = parameters["SECRET_BLOCK"]
        signed = hmac.new(key, name + base64.b64decode(block) + stamp.encode(), hashlib.sha256).digest()
        return {
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(signed).decode(),
            "TIMESTAMP": stamp,
        }
