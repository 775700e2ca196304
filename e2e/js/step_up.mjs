// Levels of authentication and stepping up, by the AWS SDK for JavaScript.
import assert from 'node:assert/strict'
import {
  AdminInitiateAuthCommand, AdminRespondToAuthChallengeCommand, AssociateSoftwareTokenCommand, GlobalSignOutCommand, InitiateAuthCommand,
  InvalidParameterException, NotAuthorizedException, RespondToAuthChallengeCommand, SetUserPoolMfaConfigCommand, VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import * as OTPAuth from 'otpauth'
import { PASSWORD, code, newPool, newUser, play, sdk, startServer } from './stage.mjs'

const server = await startServer()
const idp = sdk()

const pool = await newPool(idp,
  { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
  { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } })
await idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId: pool.id, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } }))

const LEVEL = [1, 2, 3, 4].map((n) => `urn:cognito:loa:${n}`)

const begin = (AuthFlow, AuthParameters) => idp.send(new InitiateAuthCommand({ ClientId: pool.client, AuthFlow, AuthParameters }))

const answer = (asked, USERNAME, responses) => idp.send(new RespondToAuthChallengeCommand({
  ClientId: pool.client, ChallengeName: asked.ChallengeName, Session: asked.Session, ChallengeResponses: { USERNAME, ...responses },
}))

/** Signs a new user in with the password. */
async function signedIn(name) {
  await newUser(idp, pool, name)
  const { AuthenticationResult } = await begin('USER_PASSWORD_AUTH', { USERNAME: name, PASSWORD })
  return AuthenticationResult
}

const stepUp = (name, AccessToken, levels, more = {}) =>
  begin('USER_AUTH', { USERNAME: name, TARGET_ACR_VALUES: levels, ACCESS_TOKEN: AccessToken, ...more })

const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())

/** What both tokens say of how the user signed in. */
function sureness({ AccessToken, IdToken }) {
  const [{ acr, amr }, id] = [claims(AccessToken), claims(IdToken)]
  assert.deepEqual([id.acr, id.amr], [acr, amr])
  return [acr, ...amr ?? []]
}

/** Gives a user an authenticator; returns what it shows next. */
async function enrol(AccessToken) {
  const { SecretCode } = await idp.send(new AssociateSoftwareTokenCommand({ AccessToken }))
  const device = OTPAuth.URI.parse(`otpauth://totp/Shop:ada?secret=${SecretCode}&issuer=Shop`)
  await idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: device.generate() }))
  return () => device.generate({ timestamp: Date.now() + 30_000 }) // the first code is used up
}

await play({
  async a_password_is_followed_by_an_authenticator() {
    const before = await signedIn('climber')
    assert.deepEqual(sureness(before), [LEVEL[0], 'pwd'])
    const shown = await enrol(before.AccessToken)
    const asked = await stepUp('climber', before.AccessToken, `${LEVEL[3]} ${LEVEL[2]}`)
    assert.equal(asked.ChallengeName, 'SOFTWARE_TOKEN_MFA')
    const { AuthenticationResult: after } = await answer(asked, 'climber', { SOFTWARE_TOKEN_MFA_CODE: shown() })
    assert.deepEqual(sureness(after), [LEVEL[3], 'pwd', 'otp', 'mfa'])
    assert.ok(claims(after.AccessToken).auth_time >= claims(before.AccessToken).auth_time)
    const { AuthenticationResult: refreshed } = await begin('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: after.RefreshToken })
    assert.deepEqual(sureness(refreshed), [LEVEL[3], 'pwd', 'otp', 'mfa'])
    await assert.rejects(answer(asked, 'climber', { SOFTWARE_TOKEN_MFA_CODE: shown() }), (e) => e instanceof NotAuthorizedException)
  },

  async a_password_is_followed_by_a_code() {
    const before = await signedIn('reader')
    const asked = await stepUp('reader', before.AccessToken, `${LEVEL[3]} ${LEVEL[2]}`)
    assert.equal(asked.ChallengeName, 'EMAIL_OTP')
    const { AuthenticationResult } = await answer(asked, 'reader', { EMAIL_OTP_CODE: await code(server, 'reader@example.com') })
    assert.deepEqual(sureness(AuthenticationResult), [LEVEL[2], 'pwd', 'email_otp', 'mfa'])
  },

  async a_code_is_followed_by_a_password() {
    await newUser(idp, pool, 'writer')
    const first = await begin('USER_AUTH', { USERNAME: 'writer', PREFERRED_CHALLENGE: 'EMAIL_OTP' })
    const { AuthenticationResult: before } = await answer(first, 'writer', { EMAIL_OTP_CODE: await code(server, 'writer@example.com') })
    assert.deepEqual(sureness(before), [LEVEL[1], 'email_otp'])
    const asked = await stepUp('writer', before.AccessToken, LEVEL[2])
    assert.deepEqual([asked.ChallengeName, asked.AvailableChallenges], ['SELECT_CHALLENGE', ['PASSWORD_SRP', 'PASSWORD']])
    const { AuthenticationResult: after } = await answer(asked, 'writer', { ANSWER: 'PASSWORD', PASSWORD })
    assert.deepEqual(sureness(after), [LEVEL[2], 'pwd', 'email_otp', 'mfa'])
  },

  async of_several_factors_one_is_chosen() {
    const before = await signedIn('chooser')
    const shown = await enrol(before.AccessToken)
    const asked = await stepUp('chooser', before.AccessToken, LEVEL[2])
    assert.equal(asked.ChallengeName, 'SELECT_MFA_TYPE')
    assert.deepEqual(asked.AvailableChallenges, ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'])
    const chosen = await answer(asked, 'chooser', { ANSWER: 'SOFTWARE_TOKEN_MFA' })
    const { AuthenticationResult } = await answer(chosen, 'chooser', { SOFTWARE_TOKEN_MFA_CODE: shown() })
    assert.deepEqual(sureness(AuthenticationResult), [LEVEL[3], 'pwd', 'otp', 'mfa'])
  },

  async an_administrator_steps_up_for_a_user() {
    const before = await signedIn('served')
    const about = { UserPoolId: pool.id, ClientId: pool.client }
    const asked = await idp.send(new AdminInitiateAuthCommand({
      ...about, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: 'served', TARGET_ACR_VALUES: LEVEL[2], ACCESS_TOKEN: before.AccessToken },
    }))
    const { AuthenticationResult } = await idp.send(new AdminRespondToAuthChallengeCommand({
      ...about, ChallengeName: asked.ChallengeName, Session: asked.Session,
      ChallengeResponses: { USERNAME: 'served', EMAIL_OTP_CODE: await code(server, 'served@example.com') },
    }))
    assert.deepEqual(sureness(AuthenticationResult), [LEVEL[2], 'pwd', 'email_otp', 'mfa'])
  },

  async what_is_too_old_does_not_count() {
    const before = await signedIn('sleeper')
    const asked = await stepUp('sleeper', before.AccessToken, LEVEL[2], { MAX_AGE: '0' })
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
    const then = await answer(asked, 'sleeper', { ANSWER: 'PASSWORD', PASSWORD })
    assert.equal(then.ChallengeName, 'EMAIL_OTP')
  },

  async what_is_no_proof_is_refused() {
    const [mine, hers] = [await signedIn('mallory'), await signedIn('alice')]
    const is = (kind) => (e) => e instanceof kind
    await assert.rejects(stepUp('alice', mine.AccessToken, LEVEL[2]), is(NotAuthorizedException))
    await assert.rejects(stepUp('nobody', mine.AccessToken, LEVEL[2]), is(NotAuthorizedException))
    await assert.rejects(stepUp('mallory', mine.IdToken, LEVEL[2]), is(NotAuthorizedException))
    await assert.rejects(stepUp('mallory', mine.AccessToken, LEVEL[3]), is(NotAuthorizedException)) // no authenticator
    await assert.rejects(stepUp('mallory', mine.AccessToken, 'gold'), is(InvalidParameterException))
    await assert.rejects(begin('USER_AUTH', { USERNAME: 'mallory', ACCESS_TOKEN: mine.AccessToken }), is(InvalidParameterException))
    const asked = await stepUp('alice', hers.AccessToken, LEVEL[2])
    await idp.send(new GlobalSignOutCommand({ AccessToken: hers.AccessToken }))
    const right = await code(server, 'alice@example.com')
    await assert.rejects(answer(asked, 'alice', { EMAIL_OTP_CODE: right }), is(NotAuthorizedException))
    await assert.rejects(stepUp('alice', hers.AccessToken, LEVEL[2]), is(NotAuthorizedException))
  },
})
