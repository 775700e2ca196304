// Second factors, with amazon-cognito-identity-js, the AWS SDK, and otpauth as
// the authenticator app.
import assert from 'node:assert/strict'
import {
  AdminSetUserMFAPreferenceCommand, AdminUpdateUserAttributesCommand, AssociateSoftwareTokenCommand, InitiateAuthCommand,
  RespondToAuthChallengeCommand, SetUserPoolMfaConfigCommand, VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js'
import * as OTPAuth from 'otpauth'
import { PASSWORD, code, newPool, newUser, play, sdk, startServer, wrong } from './stage.mjs'

const server = await startServer()
const idp = sdk()

const SMS = { SmsAuthenticationMessage: 'Your code is {####}', SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' } }
const TOKEN = { Enabled: true }
let numbers = 100

/** A user with a phone number, in a pool with second factors. */
async function app(name, mode, factors) {
  const pool = await newPool(idp)
  await idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId: pool.id, MfaConfiguration: mode, ...factors }))
  await newUser(idp, pool, name)
  const user = new CognitoUser({ Username: name, Pool: new CognitoUserPool({ UserPoolId: pool.id, ClientId: pool.client, endpoint: server.endpoint }) })
  return { pool, user }
}

async function phone(pool, name) {
  const number = `+12065550${numbers++}`
  await idp.send(new AdminUpdateUserAttributesCommand({ UserPoolId: pool.id, Username: name, UserAttributes: [{ Name: 'phone_number', Value: number }] }))
  return number
}

const prefer = (pool, name, settings) => idp.send(new AdminSetUserMFAPreferenceCommand({ UserPoolId: pool.id, Username: name, ...settings }))

/** Takes a step and says what the library calls back with. */
const step = (run) => new Promise((resolve, reject) => {
  const named = (callback) => (name, parameters) => resolve({ callback, name, parameters })
  run({
    onSuccess: (result) => resolve({ callback: 'onSuccess', result }), onFailure: reject,
    mfaRequired: named('mfaRequired'), totpRequired: named('totpRequired'), selectMFAType: named('selectMFAType'), mfaSetup: named('mfaSetup'),
    associateSecretCode: (secret) => resolve({ callback: 'associateSecretCode', secret }),
  })
})

const signIn = (user) => step((c) => user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password: PASSWORD }), c))

const wantSession = ({ callback, result }) => {
  assert.equal(callback, 'onSuccess')
  assert.ok(result.isValid())
}

const hasCode = (code, message) => (e) => (e.code ?? e.name) === code && e.message === message

/** An authenticator app reads the URI that a client shows as a picture. */
function scan(name, secret) {
  assert.match(secret, /^[A-Z2-7]{52}$/)
  return OTPAuth.URI.parse(`otpauth://totp/Shop:${name}?secret=${secret}&issuer=Shop`)
}

/** What the app shows now, or some steps of 30 seconds later. */
const show = (device, steps = 0) => device.generate({ timestamp: Date.now() + steps * 30_000 })

/** Gives a user who is signed in an authenticator, with the library. */
async function enrol(user) {
  const { secret } = await step((c) => user.associateSoftwareToken(c))
  const device = scan(user.getUsername(), secret)
  const { result } = await step((c) => user.verifySoftwareToken(show(device), 'My phone', c))
  assert.equal(result.Status, 'SUCCESS')
  return device
}

await play({
  async srp_with_a_code_by_sms() {
    const { pool, user } = await app('texter', 'OPTIONAL', { SmsMfaConfiguration: SMS })
    const number = await phone(pool, 'texter')
    await prefer(pool, 'texter', { SMSMfaSettings: { Enabled: true, PreferredMfa: true } })
    const asked = await signIn(user)
    assert.deepEqual([asked.callback, asked.name], ['mfaRequired', 'SMS_MFA'])
    assert.equal(asked.parameters.CODE_DELIVERY_DELIVERY_MEDIUM, 'SMS')
    assert.equal(asked.parameters.CODE_DELIVERY_DESTINATION, `+*******${number.slice(-4)}`)
    const right = await code(server, number)
    await assert.rejects(step((c) => user.sendMFACode(wrong(right), c)), hasCode('CodeMismatchException', 'Invalid code or auth state for the user.'))
    const done = await step((c) => user.sendMFACode(right, c))
    wantSession(done)
    assert.equal(done.result.getIdToken().payload.phone_number_verified, true)
  },

  async srp_with_an_authenticator() {
    const { pool, user } = await app('scanner', 'OPTIONAL', { SoftwareTokenMfaConfiguration: TOKEN })
    wantSession(await signIn(user))
    const device = await enrol(user)
    await new Promise((resolve, reject) => user.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, (e, r) => (e ? reject(e) : resolve(r))))
    const asked = await signIn(user)
    assert.deepEqual([asked.callback, asked.name], ['totpRequired', 'SOFTWARE_TOKEN_MFA'])
    assert.equal(asked.parameters.FRIENDLY_DEVICE_NAME, 'My phone')
    const next = show(device, 1)
    await assert.rejects(step((c) => user.sendMFACode(wrong(next), c, 'SOFTWARE_TOKEN_MFA')), hasCode('CodeMismatchException', 'Invalid code received for user'))
    wantSession(await step((c) => user.sendMFACode(next, c, 'SOFTWARE_TOKEN_MFA')))

    await signIn(user)
    await assert.rejects(step((c) => user.sendMFACode(next, c, 'SOFTWARE_TOKEN_MFA')),
      hasCode('ExpiredCodeException', 'Your software token has already been used once.'))
    assert.equal(pool.id.split('_')[0], 'us-east-1')
  },

  async an_authenticator_is_set_up_while_signing_in() {
    const { user } = await app('newcomer', 'ON', { SoftwareTokenMfaConfiguration: TOKEN })
    const asked = await signIn(user)
    assert.deepEqual([asked.callback, asked.name], ['mfaSetup', 'MFA_SETUP'])
    assert.deepEqual(JSON.parse(asked.parameters.MFAS_CAN_SETUP), ['SOFTWARE_TOKEN_MFA'])
    const { secret } = await step((c) => user.associateSoftwareToken(c))
    const device = scan('newcomer', secret)
    const right = show(device)
    await assert.rejects(step((c) => user.verifySoftwareToken(wrong(right), 'My phone', c)),
      hasCode('EnableSoftwareTokenMFAException', 'Code mismatch and fail enable Software Token MFA'))
    wantSession(await step((c) => user.verifySoftwareToken(right, 'My phone', c)))
    assert.equal((await signIn(user)).callback, 'totpRequired')
    wantSession(await step((c) => user.sendMFACode(show(device, 1), c, 'SOFTWARE_TOKEN_MFA')))
  },

  async a_user_selects_one_of_two() {
    const { pool, user } = await app('chooser', 'OPTIONAL', { SmsMfaConfiguration: SMS, SoftwareTokenMfaConfiguration: TOKEN })
    const number = await phone(pool, 'chooser')
    await signIn(user)
    const device = await enrol(user)
    await prefer(pool, 'chooser', { SMSMfaSettings: { Enabled: true }, SoftwareTokenMfaSettings: { Enabled: true } })

    let asked = await signIn(user)
    assert.deepEqual([asked.callback, asked.name], ['selectMFAType', 'SELECT_MFA_TYPE'])
    assert.deepEqual(JSON.parse(asked.parameters.MFAS_CAN_CHOOSE), ['SMS_MFA', 'SOFTWARE_TOKEN_MFA'])
    asked = await step((c) => user.sendMFASelectionAnswer('SOFTWARE_TOKEN_MFA', c))
    assert.equal(asked.callback, 'totpRequired')
    wantSession(await step((c) => user.sendMFACode(show(device, 1), c, 'SOFTWARE_TOKEN_MFA')))

    await signIn(user)
    asked = await step((c) => user.sendMFASelectionAnswer('SMS_MFA', c))
    assert.equal(asked.callback, 'mfaRequired')
    wantSession(await step(async (c) => user.sendMFACode(await code(server, number), c)))
  },

  async one_answer_of_many_is_taken() {
    const { pool } = await app('racer', 'ON', { SoftwareTokenMfaConfiguration: TOKEN })
    const begin = () => idp.send(new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH', ClientId: pool.client, AuthParameters: { USERNAME: 'racer', PASSWORD },
    }))
    const first = await begin()
    assert.equal(first.ChallengeName, 'MFA_SETUP')
    const made = await idp.send(new AssociateSoftwareTokenCommand({ Session: first.Session }))
    const device = scan('racer', made.SecretCode)
    const proved = await idp.send(new VerifySoftwareTokenCommand({ Session: made.Session, UserCode: show(device) }))
    assert.equal(proved.Status, 'SUCCESS')
    const answer = (session, name, responses) => idp.send(new RespondToAuthChallengeCommand({
      ClientId: pool.client, Session: session, ChallengeName: name, ChallengeResponses: { USERNAME: 'racer', ...responses },
    }))
    assert.ok((await answer(proved.Session, 'MFA_SETUP', {})).AuthenticationResult.AccessToken)

    const next = show(device, 1)
    const sessions = await Promise.all([begin(), begin(), begin(), begin()])
    const outcomes = await Promise.allSettled(sessions.map((s) => answer(s.Session, s.ChallengeName, { SOFTWARE_TOKEN_MFA_CODE: next })))
    assert.equal(outcomes.filter((o) => o.status === 'fulfilled').length, 1)
    const used = hasCode('ExpiredCodeException', 'Your software token has already been used once.')
    for (const o of outcomes) if (o.status === 'rejected') assert.ok(used(o.reason), o.reason)
  },
})
