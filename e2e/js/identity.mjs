// amazon-cognito-identity-js, the library of web apps, with its endpoint option.
import assert from 'node:assert/strict'
import { AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserAttribute, CognitoUserPool } from 'amazon-cognito-identity-js'
import { NEW_PASSWORD, PASSWORD, code, newPool, newUser, play, sdk, startServer, wrong } from './stage.mjs'

const server = await startServer()
const idp = sdk()

/** A user object of a pool of its own. */
async function app(name) {
  const pool = await newPool(idp)
  const userPool = new CognitoUserPool({ UserPoolId: pool.id, ClientId: pool.client, endpoint: server.endpoint })
  return { pool, userPool, user: new CognitoUser({ Username: name, Pool: userPool }) }
}

/** Calls a method that ends with a Node-style callback. */
const call = (object, method, ...args) => new Promise((resolve, reject) => {
  object[method](...args, (error, result) => (error ? reject(error) : resolve(result)))
})

/** Calls a method that takes an object of callbacks. */
const ask = (run) => new Promise((resolve, reject) => run({
  onSuccess: resolve, onFailure: reject,
  inputVerificationCode: (data) => resolve(data),
  newPasswordRequired: (attributes, required) => resolve({ attributes, required }),
}))

const signIn = (user, password) => ask((callbacks) => user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password: password }), callbacks))

const hasCode = (code, message) => (e) => e.code === code && e.message === message

await play({
  async a_user_signs_up_and_in() {
    const { userPool, user } = await app('web-ada')
    const made = await call(userPool, 'signUp', 'web-ada', PASSWORD, [new CognitoUserAttribute({ Name: 'email', Value: 'web-ada@example.com' })], null)
    assert.equal(made.userConfirmed, false)
    await assert.rejects(signIn(user, PASSWORD), hasCode('UserNotConfirmedException', 'User is not confirmed.'))
    await call(user, 'confirmRegistration', await code(server, 'web-ada@example.com'), true)
    const session = await signIn(user, PASSWORD)
    assert.ok(session.isValid())
    assert.equal(session.getIdToken().payload.email, 'web-ada@example.com')
    const data = await call(user, 'getUserData')
    assert.equal(data.Username, 'web-ada')
  },

  async srp_works_again_and_again() {
    const { pool, user } = await app('often')
    await newUser(idp, pool, 'often')
    for (let n = 0; n < 8; n++) assert.ok((await signIn(user, PASSWORD)).isValid())
    await assert.rejects(signIn(user, 'Wr0ng-password'), hasCode('NotAuthorizedException', 'Incorrect username or password.'))
  },

  async a_forgotten_password_is_reset() {
    const { pool, user } = await app('web-reset')
    await newUser(idp, pool, 'web-reset')
    const asked = await ask((callbacks) => user.forgotPassword(callbacks))
    assert.equal(asked.CodeDeliveryDetails.Destination, 'w***@e***')
    const right = await code(server, 'web-reset@example.com')
    const confirm = (c, p) => ask((callbacks) => user.confirmPassword(c, p, callbacks))
    await assert.rejects(confirm(wrong(right), NEW_PASSWORD), hasCode('CodeMismatchException', 'Invalid verification code provided, please try again.'))
    await assert.rejects(confirm(right, 'short'), hasCode('InvalidPasswordException', 'Password does not conform to policy: Password not long enough'))
    await confirm(right, NEW_PASSWORD)
    await assert.rejects(signIn(user, PASSWORD), hasCode('NotAuthorizedException', 'Incorrect username or password.'))
    assert.ok((await signIn(user, NEW_PASSWORD)).isValid())
  },

  async a_temporary_password_is_replaced() {
    const { pool, user } = await app('invited')
    await newUser(idp, pool, 'invited', 'T3mp-password', false)
    const challenge = await signIn(user, 'T3mp-password')
    assert.deepEqual(challenge.required, [])
    const session = await ask((callbacks) => user.completeNewPasswordChallenge(NEW_PASSWORD, {}, callbacks))
    assert.ok(session.isValid())
  },

  async a_session_is_refreshed_until_signing_out_everywhere() {
    const { pool, user } = await app('leaving')
    await newUser(idp, pool, 'leaving')
    const session = await signIn(user, PASSWORD)
    const token = new CognitoRefreshToken({ RefreshToken: session.getRefreshToken().getToken() })
    const fresh = await call(user, 'refreshSession', token)
    assert.ok(fresh.isValid())
    await ask((callbacks) => user.globalSignOut(callbacks))
    await assert.rejects(call(user, 'refreshSession', token), hasCode('NotAuthorizedException', 'Refresh Token has been revoked'))
  },

  async a_user_changes_password_and_attributes() {
    const { pool, user } = await app('changing')
    await newUser(idp, pool, 'changing')
    await signIn(user, PASSWORD)
    await call(user, 'changePassword', PASSWORD, NEW_PASSWORD)
    await call(user, 'updateAttributes', [new CognitoUserAttribute({ Name: 'name', Value: 'Ada' })])
    const attributes = await call(user, 'getUserAttributes')
    assert.equal(attributes.find((a) => a.Name === 'name').Value, 'Ada')
    assert.ok((await signIn(user, NEW_PASSWORD)).isValid())
  },
})
