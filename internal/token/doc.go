// Package token owns what a signed-in user holds: ID tokens, access tokens and
// refresh tokens, with the keys that sign them. It makes them, checks them,
// renews them and revokes them; whether somebody may have them at all is for
// package signin to say, and how they travel for the faces.
//
// Every sign-in that yields tokens is a family, one row whose id is the
// event_id claim of each of its tokens. ID tokens are checked by nobody here.
// An access token is good while its signature, its time and its family are. A
// refresh token is known by a keyed hash in the family:
//
//	the token is          client without rotation    client with rotation
//	live                  access and ID token        the same, and its successor, which becomes the live one
//	the live one's        Invalid Refresh Token      within the grace period as above, with the same
//	  predecessor                                    successor; later RefreshTokenReuseException
//	older                 Invalid Refresh Token      RefreshTokenReuseException
//
// A successor is computed from its predecessor under the pool's key. So a
// client that lost the answer to a refresh, or two windows of one browser that
// refresh at the same moment, end up with the same live token however often
// they ask within the grace period, and no stray token is left valid.
//
// In a pool that keeps track of sessions, each family has a record of where the
// user is signed in: session.go makes it, notes when it is used, and ends the
// ones that were not used for longest to keep a user within the limit; in
// sessions.go they are listed and revoked. Record and family end together.
//
// An app client can have an access token of its own, as a machine. It is no
// sign-in and has no family: it opens resource servers, which check it by its
// signature alone, and nothing here; so there would be nobody to tell that it
// was revoked, and it simply ends with its time.
//
// A pool has two RSA keys, one for each kind of token. Rotate adds a new pair;
// the old pair goes on signing for a moment, until every node has read the new
// one, and stays in the key set for as long as a token can live.
package token
