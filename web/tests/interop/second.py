"""requests-oauth2client against a running server: `second.py WHAT`, with one line of JSON on standard
input that says who and where. Prints what it got, one JSON a line."""

import json
import sys

import requests
from requests_oauth2client import DPoPKey, OAuth2Client, PrivateKeyJwt


def client_for(about, **more):
    """The library, set up from the server's own description. Loopback has no certificate: `testing`."""
    key = PrivateKeyJwt(about["client"], about["key"], aud=about["issuer"])
    session = requests.Session()
    statuses = []
    session.hooks["response"].append(lambda answer, *_, **__: statuses.append(answer.status_code))
    made = OAuth2Client.from_discovery_endpoint(
        issuer=about["issuer"], auth=key, session=session, testing=True, dpop_bound_access_tokens=True, **more
    )
    statuses.clear()
    return made, statuses


def tell(what):
    print(json.dumps(what), flush=True)


def hear():
    return json.loads(sys.stdin.readline())


def client_credentials(about):
    client, statuses = client_for(about)
    token = client.client_credentials(scope=about["scope"])
    tell(
        {
            "statuses": statuses,
            "access_token": token.access_token,
            "thumbprint": str(token.dpop_key.dpop_jkt),
        }
    )


def given(about):
    client, _ = client_for(about)
    token = client.client_credentials(scope=about["scope"])
    told = {"introspected": client.introspect_token(token.access_token)}
    told["revoked"] = client.revoke_access_token(token.access_token)
    told["after"] = client.introspect_token(token.access_token)
    tell(told)


def person(about):
    client, _ = client_for(about, redirect_uri=about["back"], id_token_signed_response_alg="ES256")
    keys = client.update_authorization_server_public_keys()
    request = client.authorization_request(scope=about["scope"])
    pushed = client.pushed_authorization_request(request)
    tell({"authorize": str(pushed)})
    answer = request.validate_callback(hear())
    # The library's own check of the ID token (1.8.0) cannot make a DPoP token anew at its end.
    token = client.authorization_code(answer, validate=False)
    signed = token.id_token.verify_signature(keys.get_jwk_by_kid(token.id_token.kid), alg="ES256")
    good = signed and token.id_token.nonce == request.nonce and token.id_token.audiences == [about["client"]]
    known = client.userinfo(token)
    tell({"access_token": token.access_token, "good": good, "subject": token.id_token.subject, "name": known["name"]})


if __name__ == "__main__":
    {"client_credentials": client_credentials, "given": given, "person": person}[sys.argv[1]](hear())
