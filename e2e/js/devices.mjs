// Remembered devices, as amazon-cognito-identity-js has them: it makes the
// device's secret, confirms it, and proves it at later sign-ins.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js'
import {
  AdminForgetDeviceCommand, AdminGetDeviceCommand, AdminListDevicesCommand, SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { PASSWORD, newPool, newUser, play, sdk, startServer } from './stage.mjs'

const lambda = spawn(process.execPath, [new URL('lambda.mjs', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] })
const functions = String((await once(lambda.stdout, 'data'))[0]).trim()
const server = await startServer('--lambda-endpoint', functions)
const idp = sdk()

const ALWAYS = { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false }
const OPT_IN = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true }

/** A pool that tracks devices, with a user, and a browser to sign in with. */
async function app(name, DeviceConfiguration, settings = {}) {
  const pool = await newPool(idp, {}, { DeviceConfiguration, ...settings })
  await newUser(idp, pool, name)
  return { pool, name, browser: () => browser(pool, name) }
}

/** A browser has a storage and a new user object at each visit. */
function browser(pool, name) {
  const items = new Map()
  const Storage = {
    setItem: (k, v) => items.set(k, v), getItem: (k) => items.get(k) ?? null, removeItem: (k) => items.delete(k), clear: () => items.clear(),
  }
  return {
    items,
    visit() {
      const userPool = new CognitoUserPool({ UserPoolId: pool.id, ClientId: pool.client, endpoint: server.endpoint, Storage })
      const user = new CognitoUser({ Username: name, Pool: userPool, Storage })
      user.asked = []
      const request = user.client.request.bind(user.client)
      user.client.request = (operation, params, callback) => {
        user.asked.push(params.ChallengeName ?? operation)
        request(operation, params, callback)
      }
      return user
    },
  }
}

/** Calls a method that takes an object of callbacks last. */
const ask = (user, method, ...args) => new Promise((resolve, reject) => user[method](...args, { onSuccess: resolve, onFailure: reject }))

/** Signs in, and tells whether the user is to be asked about the device. */
const signIn = (user, code) => new Promise((resolve, reject) => {
  const callbacks = {
    onSuccess: (session, confirm) => resolve({ session, confirm: confirm === true, device: session.getAccessToken().payload.device_key }),
    onFailure: reject,
    totpRequired: () => user.sendMFACode(code(), callbacks, 'SOFTWARE_TOKEN_MFA'),
  }
  user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password: PASSWORD }), callbacks)
})

const refresh = (user, session) => new Promise((resolve, reject) => {
  const token = new CognitoRefreshToken({ RefreshToken: session.getRefreshToken().getToken() })
  user.refreshSession(token, (error, fresh) => (error ? reject(error) : resolve(fresh)))
})

const hasCode = (code, message) => (e) => e.code === code && e.message === message

/** The one-time password of an authenticator (RFC 6238), some steps of 30 s from now. */
function otp(secret, steps = 0) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps))
  const mac = createHmac('sha1', key).update(counter).digest()
  const at = mac[19] & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0')
}

/** Turns one-time passwords on for the pool and a signed-in user; returns their secret. */
async function withAuthenticator(pool, user) {
  await idp.send(new SetUserPoolMfaConfigCommand({
    UserPoolId: pool.id, MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true },
  }))
  const secret = await new Promise((resolve, reject) => user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }))
  await ask(user, 'verifySoftwareToken', otp(secret, -1), 'authenticator')
  await new Promise((resolve, reject) => user.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, (error, done) => (error ? reject(error) : resolve(done))))
  return secret
}

const FIRST = ['InitiateAuth', 'PASSWORD_VERIFIER', 'ConfirmDevice']
const WITH_DEVICE = ['InitiateAuth', 'PASSWORD_VERIFIER', 'DEVICE_SRP_AUTH', 'DEVICE_PASSWORD_VERIFIER']
const KNOWN = ['InitiateAuth', 'PASSWORD_VERIFIER']

const attributes = (device) => Object.fromEntries(device.DeviceAttributes.map((a) => [a.Name, a.Value]))

const stories = {
  async a_device_is_remembered_and_proves_itself() {
    const { pool, name, browser } = await app('always', ALWAYS)
    const laptop = browser()
    const user = laptop.visit()
    const first = await signIn(user)
    assert.equal(first.confirm, false)
    assert.deepEqual(user.asked, FIRST)
    assert.equal(first.device, user.deviceKey)
    assert.match(user.deviceKey, /^us-east-1_[0-9a-f-]{36}$/)
    assert.match(user.deviceGroupKey, /^-[0-9A-Za-z]{8}$/)
    for (let n = 0; n < 8; n++) { // leading zeros of the numbers come and go
      const again = laptop.visit()
      const { device } = await signIn(again)
      assert.deepEqual(again.asked, WITH_DEVICE)
      assert.equal(device, first.device)
    }
    const { Device } = await idp.send(new AdminGetDeviceCommand({ UserPoolId: pool.id, Username: name, DeviceKey: first.device }))
    const shown = attributes(Device)
    assert.equal(shown['dev:device_remembered_status'], 'remembered')
    assert.equal(shown['dev:device_arn'], `arn:aws:cognito-idp:us-east-1:000000000000:owner/${name}.${pool.id}/device/${first.device}`)
    assert.equal(shown.last_ip_used, '127.0.0.1')
    assert.ok(Device.DeviceLastAuthenticatedDate instanceof Date)
  },

  async another_browser_is_another_device() {
    const { pool, name, browser } = await app('two', ALWAYS)
    const one = await signIn(browser().visit())
    const two = await signIn(browser().visit())
    assert.notEqual(one.device, two.device)
    const { Devices } = await idp.send(new AdminListDevicesCommand({ UserPoolId: pool.id, Username: name }))
    assert.deepEqual(Devices.map((d) => d.DeviceKey).sort(), [one.device, two.device].sort())
  },

  async users_decide_which_device_is_remembered() {
    const { browser } = await app('asked', OPT_IN)
    const laptop = browser()
    let user = laptop.visit()
    const { confirm, device } = await signIn(user)
    assert.equal(confirm, true)
    assert.deepEqual((await ask(user, 'listDevices', 10, null)).Devices, [])
    user = laptop.visit()
    assert.equal((await signIn(user)).device, device)
    assert.deepEqual(user.asked, KNOWN)
    await ask(user, 'setDeviceStatusRemembered')
    assert.deepEqual((await ask(user, 'listDevices', 10, null)).Devices.map((d) => d.DeviceKey), [device])
    assert.equal(attributes((await ask(user, 'getDevice')).Device)['dev:device_remembered_status'], 'remembered')
    user = laptop.visit()
    assert.equal((await signIn(user)).device, device)
    assert.deepEqual(user.asked, WITH_DEVICE)
    await ask(user, 'setDeviceStatusNotRemembered')
    user = laptop.visit()
    await signIn(user)
    assert.deepEqual(user.asked, KNOWN)
  },

  async a_remembered_device_takes_the_place_of_the_second_factor() {
    const { pool, browser } = await app('guarded', OPT_IN)
    const setUp = browser().visit()
    await signIn(setUp)
    const secret = await withAuthenticator(pool, setUp)
    const laptop = browser()
    let user = laptop.visit()
    const { confirm, device } = await signIn(user, () => otp(secret))
    assert.equal(confirm, true)
    assert.deepEqual(user.asked, ['InitiateAuth', 'PASSWORD_VERIFIER', 'SOFTWARE_TOKEN_MFA', 'ConfirmDevice'])
    await ask(user, 'setDeviceStatusRemembered')
    user = laptop.visit()
    assert.equal((await signIn(user)).device, device)
    assert.deepEqual(user.asked, WITH_DEVICE)
    await ask(user, 'setDeviceStatusNotRemembered')
    user = laptop.visit()
    assert.equal((await signIn(user, () => otp(secret, 1))).device, device)
    assert.deepEqual(user.asked, ['InitiateAuth', 'PASSWORD_VERIFIER', 'SOFTWARE_TOKEN_MFA'])
  },

  async a_device_does_not_take_its_place_in_every_pool() {
    const { pool, browser } = await app('both', ALWAYS)
    const laptop = browser()
    let user = laptop.visit()
    const { device } = await signIn(user)
    const secret = await withAuthenticator(pool, user)
    user = laptop.visit()
    assert.equal((await signIn(user, () => otp(secret))).device, device)
    assert.deepEqual(user.asked, ['InitiateAuth', 'PASSWORD_VERIFIER', 'SOFTWARE_TOKEN_MFA'])
  },

  async a_device_that_was_forgotten_elsewhere_begins_anew() {
    const { pool, name, browser } = await app('stolen', ALWAYS)
    const laptop = browser()
    const user = laptop.visit()
    const { device, session } = await signIn(user)
    await idp.send(new AdminForgetDeviceCommand({ UserPoolId: pool.id, Username: name, DeviceKey: device }))
    await assert.rejects(refresh(user, session), hasCode('NotAuthorizedException', 'Invalid Refresh Token'))
    const again = laptop.visit()
    again.getCachedDeviceKeyAndPassword()
    assert.equal(again.deviceKey, device)
    const fresh = await signIn(again)
    assert.notEqual(fresh.device, device)
    assert.deepEqual(again.asked, ['InitiateAuth', 'PASSWORD_VERIFIER', 'PASSWORD_VERIFIER', 'ConfirmDevice'])
    const last = laptop.visit()
    assert.equal((await signIn(last)).device, fresh.device)
    assert.deepEqual(last.asked, WITH_DEVICE)
  },

  async a_device_forgets_itself() {
    const { browser } = await app('leaving', ALWAYS)
    const laptop = browser()
    const user = laptop.visit()
    const { device } = await signIn(user)
    await ask(user, 'forgetDevice')
    await assert.rejects(ask(user, 'forgetSpecificDevice', device), hasCode('ResourceNotFoundException', 'Device does not exist.'))
    const next = laptop.visit()
    assert.notEqual((await signIn(next)).device, device)
    assert.deepEqual(next.asked, FIRST)
  },

  async tokens_are_refreshed_on_their_device_only() {
    const { browser } = await app('refreshing', ALWAYS)
    const laptop = browser()
    const user = laptop.visit()
    const { session, device } = await signIn(user)
    const fresh = await refresh(user, session)
    assert.equal(fresh.getAccessToken().payload.device_key, device)
    const thief = browser().visit()
    await assert.rejects(refresh(thief, session), hasCode('NotAuthorizedException', 'Invalid Refresh Token'))
    await signIn(thief)
    await assert.rejects(refresh(thief, session), hasCode('NotAuthorizedException', 'Invalid Refresh Token'))
    await refresh(user, session)
  },

  async another_secret_does_not_do() {
    const { browser } = await app('forged', ALWAYS)
    const laptop = browser()
    await signIn(laptop.visit())
    for (const key of laptop.items.keys()) if (key.endsWith('.randomPasswordKey')) laptop.items.set(key, 'guessed')
    const forger = laptop.visit()
    await assert.rejects(signIn(forger), hasCode('NotAuthorizedException', 'Incorrect username or password.'))
    assert.deepEqual(forger.asked, WITH_DEVICE)
  },

  // The row of docs/triggers.md.
  async a_function_speaks_in_the_tokens_of_a_device() {
    const LambdaConfig = { PreTokenGeneration: 'arn:aws:lambda:us-east-1:000000000000:function:answers' }
    const { browser } = await app('spoken', ALWAYS, { LambdaConfig })
    const laptop = browser()
    const source = ({ session }) => session.getIdToken().payload.source
    assert.equal(source(await signIn(laptop.visit())), 'TokenGeneration_Authentication')
    assert.equal(source(await signIn(laptop.visit())), 'TokenGeneration_AuthenticateDevice')
  },

  async a_function_refuses_a_device() {
    const name = 'no-TokenGeneration_AuthenticateDevice'
    const LambdaConfig = { PreTokenGeneration: 'arn:aws:lambda:us-east-1:000000000000:function:answers' }
    const { browser } = await app(name, ALWAYS, { LambdaConfig })
    const laptop = browser()
    await signIn(laptop.visit())
    const user = laptop.visit()
    await assert.rejects(signIn(user), hasCode('UserLambdaValidationException', 'PreTokenGeneration failed with error not today.'))
    assert.deepEqual(user.asked, WITH_DEVICE)
  },
}

try {
  await play(stories)
} finally {
  lambda.stdin.end()
}
