// Every source of docs/triggers.md: the conversation that makes the trigger run,
// what the function's answer changes, and what its refusal does. The functions
// are in functions.mjs and run in a process of their own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import {
  AdminCreateUserCommand, AdminGetUserCommand, AdminSetUserPasswordCommand, ConfirmForgotPasswordCommand, ConfirmSignUpCommand,
  CreateResourceServerCommand, ForgotPasswordCommand, GetUserAttributeVerificationCodeCommand, InitiateAuthCommand, ResendConfirmationCodeCommand,
  RespondToAuthChallengeCommand, SignUpCommand, UpdateUserAttributesCommand, VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { KEY } from './functions.mjs'
import { NEW_PASSWORD, PASSWORD, newPool, play, sdk, startServer } from './stage.mjs'

// --- the functions, the server, the pools ------------------------------------

const lambda = spawn(process.execPath, [new URL('lambda.mjs', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] })
const functions = String((await once(lambda.stdout, 'data'))[0]).trim()
const server = await startServer('--lambda-endpoint', functions)
await fetch(`${functions}/environment`, { method: 'POST', body: JSON.stringify({ AWS_ENDPOINT_URL_KMS: `${server.admin}/dev/kms` }) })
const idp = sdk()

const arn = (name) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`
const all = Object.fromEntries([
  'PreSignUp', 'PostConfirmation', 'PreAuthentication', 'PostAuthentication', 'PreTokenGeneration', 'CustomMessage', 'UserMigration',
  'DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse',
].map((trigger) => [trigger, arn('answers')]))
const sender = { LambdaVersion: 'V1_0', LambdaArn: arn('sends') }

/** A pool that verifies one attribute, with these functions. */
const pool = (attribute, LambdaConfig) => newPool(idp, {
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
}, {
  LambdaConfig,
  AutoVerifiedAttributes: [attribute],
  EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', SourceArn: 'arn:aws:ses:us-east-1:000000000000:identity/id@example.com' },
  SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' },
  Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] } },
})

let phones = 2065550100

/** What stories need to know of a medium: the pool, and everybody's address. */
function medium(attribute, first, app) {
  const addresses = new Map()
  const fresh = (name) => attribute === 'email' ? `${name}@example.com` : `+1${phones++}`
  return {
    attribute, first, app, sessions: new Map(),
    address(name) {
      if (!addresses.has(name)) addresses.set(name, fresh(name))
      return addresses.get(name)
    },
    move: (name) => addresses.set(name, fresh(`${name}.new`)),
  }
}

const answers = medium('email', 'EMAIL_OTP', await pool('email', all))
const mails = medium('email', 'EMAIL_OTP', await pool('email', { CustomEmailSender: sender, KMSKeyID: KEY }))
const texts = medium('phone_number', 'SMS_OTP', await pool('phone_number', { CustomSMSSender: sender, KMSKeyID: KEY }))

// --- what people do ----------------------------------------------------------

const run = (Command) => (m, input) => idp.send(new Command({ ClientId: m.app.client, ...input }))
const administer = (Command) => (m, input) => idp.send(new Command({ UserPoolId: m.app.id, ...input }))
const own = (m, name) => [{ Name: m.attribute, Value: m.address(name) }]

/** The newest of the messages to somebody, of which there are so many by now. */
async function message(m, name, count = 1) {
  for (let tries = 0; tries < 200; tries++) {
    const got = await (await fetch(`${server.admin}/dev/inbox/messages?to=${encodeURIComponent(m.address(name))}`)).json()
    if (got.length >= count) return got[0]
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`fewer than ${count} messages came to ${m.address(name)}`)
}

async function newUser(m, name) {
  const UserAttributes = [...own(m, name), { Name: `${m.attribute}_verified`, Value: 'true' }]
  await administer(AdminCreateUserCommand)(m, { Username: name, MessageAction: 'SUPPRESS', UserAttributes })
  await administer(AdminSetUserPasswordCommand)(m, { Username: name, Password: PASSWORD, Permanent: true })
}

const signUp = (m, name, more) => run(SignUpCommand)(m, { Username: name, Password: PASSWORD, UserAttributes: own(m, name), ...more })
const signIn = (m, name) => run(InitiateAuthCommand)(m, { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: name, PASSWORD } })
const forgot = (m, name) => run(ForgotPasswordCommand)(m, { Username: name })
const invite = (m, name, more) => administer(AdminCreateUserCommand)(m, {
  Username: name, UserAttributes: own(m, name), DesiredDeliveryMediums: [m.attribute === 'email' ? 'EMAIL' : 'SMS'],
  TemporaryPassword: 'Te<mp>&0rary', ...more,
})
const status = async (m, name) => (await administer(AdminGetUserCommand)(m, { Username: name })).UserStatus

async function confirmed(m, name) {
  await signUp(m, name)
  return run(ConfirmSignUpCommand)(m, { Username: name, ConfirmationCode: (await message(m, name)).code })
}

async function reset(m, name) {
  await newUser(m, name)
  await forgot(m, name)
  return run(ConfirmForgotPasswordCommand)(m, { Username: name, ConfirmationCode: (await message(m, name)).code, Password: NEW_PASSWORD })
}

async function signedIn(m, name) {
  await newUser(m, name)
  return signIn(m, name)
}

async function firstPassword(m, name, Password = PASSWORD) {
  await invite(m, name, { MessageAction: 'SUPPRESS', TemporaryPassword: Password })
  const asked = await run(InitiateAuthCommand)(m, { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: name, PASSWORD: Password } })
  return run(RespondToAuthChallengeCommand)(m, {
    ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: asked.Session, ChallengeResponses: { USERNAME: name, NEW_PASSWORD },
  })
}

async function refreshed(m, name) {
  const { AuthenticationResult: tokens } = await signedIn(m, name)
  return run(InitiateAuthCommand)(m, { AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken } })
}

async function riddle(m, name, ANSWER = '42') {
  await newUser(m, name)
  const asked = await run(InitiateAuthCommand)(m, { AuthFlow: 'CUSTOM_AUTH', AuthParameters: { USERNAME: name } })
  const answered = await run(RespondToAuthChallengeCommand)(m, {
    ChallengeName: 'CUSTOM_CHALLENGE', Session: asked.Session, ChallengeResponses: { USERNAME: name, ANSWER },
  })
  return { asked, answered }
}

/** A token for an app of its own, which the SDK of this version cannot ask for. */
async function appToken(refuse) {
  const { id } = await pool('email', { PreTokenGenerationConfig: { LambdaVersion: 'V3_0', LambdaArn: arn('speaks') } })
  await idp.send(new CreateResourceServerCommand({ UserPoolId: id, Identifier: 'api', Name: 'api', Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }] }))
  const { UserPoolClient: client } = await call('CreateUserPoolClient', {
    UserPoolId: id, ClientName: 'machine', GenerateSecret: true, ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH'],
    AllowedOAuthFlows: ['client_credentials'], AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthScopes: ['api/read'],
  })
  return call('GetClientToken', { ClientId: client.ClientId, Secret: client.ClientSecret, ClientMetadata: { refuse } })
}

/** Calls an operation as the wire has it. */
async function call(operation, input) {
  const answer = await fetch(server.endpoint, {
    method: 'POST', body: JSON.stringify(input),
    headers: {
      'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`,
      Authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00',
    },
  })
  const body = await answer.json()
  if (!answer.ok) throw Object.assign(new Error(body.message), { name: body.__type })
  return body
}

// What brings a message, and how its code is used.
const messages = {
  SignUp: { ask: signUp, use: (m, name, ConfirmationCode) => run(ConfirmSignUpCommand)(m, { Username: name, ConfirmationCode }) },
  ResendCode: {
    async ask(m, name) {
      await signUp(m, name)
      await message(m, name)
      await run(ResendConfirmationCodeCommand)(m, { Username: name })
    },
    use: (m, name, ConfirmationCode) => run(ConfirmSignUpCommand)(m, { Username: name, ConfirmationCode }), count: 2,
  },
  ForgotPassword: {
    async ask(m, name) {
      await newUser(m, name)
      await forgot(m, name)
    },
    use: (m, name, ConfirmationCode) => run(ConfirmForgotPasswordCommand)(m, { Username: name, ConfirmationCode, Password: NEW_PASSWORD }),
  },
  AdminCreateUser: {
    ask: invite,
    async use(m, name, password) {
      const asked = await run(InitiateAuthCommand)(m, { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: name, PASSWORD: password } })
      assert.equal(asked.ChallengeName, 'NEW_PASSWORD_REQUIRED')
    },
  },
  UpdateUserAttribute: {
    async ask(m, name) {
      const { AuthenticationResult: tokens } = await signedIn(m, name)
      m.move(name)
      await idp.send(new UpdateUserAttributesCommand({ AccessToken: tokens.AccessToken, UserAttributes: own(m, name) }))
    },
    use: redeem,
  },
  VerifyUserAttribute: {
    async ask(m, name) {
      const { AuthenticationResult: tokens } = await signedIn(m, name)
      await idp.send(new GetUserAttributeVerificationCodeCommand({ AccessToken: tokens.AccessToken, AttributeName: m.attribute }))
    },
    use: redeem,
  },
  Authentication: {
    async ask(m, name) {
      await newUser(m, name)
      const asked = await run(InitiateAuthCommand)(m, { AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: name, PREFERRED_CHALLENGE: m.first } })
      m.sessions.set(name, asked.Session)
    },
    use: (m, name, code) => run(RespondToAuthChallengeCommand)(m, {
      ChallengeName: m.first, Session: m.sessions.get(name), ChallengeResponses: { USERNAME: name, [`${m.first}_CODE`]: code },
    }),
  },
}

async function redeem(m, name, Code) {
  const { AuthenticationResult: tokens } = await signIn(m, name)
  await idp.send(new VerifyUserAttributeCommand({ AccessToken: tokens.AccessToken, AttributeName: m.attribute, Code }))
}

// --- the rows ----------------------------------------------------------------
//
// go does what makes the trigger run, for a user of this name. check looks at
// what the answer changed. fails is the error of a function that throws, or
// null if the caller does not learn of it; kept looks at what it leaves behind.

const claim = (source) => ({ AuthenticationResult: tokens }) => {
  assert.equal(JSON.parse(Buffer.from(tokens.IdToken.split('.')[1], 'base64url')).source, source)
}
const trigger = (source) => source.split('_')[0].replace('TokenGeneration', 'PreTokenGeneration')
const thrown = (source) => ({ name: 'UserLambdaValidationException', message: `${trigger(source)} failed with error not today.` })

const unknown = (m) => (name) => assert.rejects(status(m, name), { name: 'UserNotFoundException' })
const knows = (m, password) => async (name) => assert.ok((await run(InitiateAuthCommand)(m, {
  AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: name, PASSWORD: password },
})).AuthenticationResult)

// What is left behind by a function that refuses to write a text.
const unwritten = {
  SignUp: unknown(answers),
  AdminCreateUser: unknown(answers),
  ResendCode: async (name) => messages.SignUp.use(answers, name, (await message(answers, name)).code),
  async UpdateUserAttribute(name) {
    const { UserAttributes } = await administer(AdminGetUserCommand)(answers, { Username: name })
    assert.equal(UserAttributes.find((a) => a.Name === 'email').Value, `${name}@example.com`)
  },
}

/** The row of a text that a function writes. */
const words = (purpose) => ({
  kept: unwritten[purpose],
  go: (name) => messages[purpose].ask(answers, name),
  async check(_, name) {
    const { subject, body, code } = await message(answers, name, messages[purpose].count)
    assert.equal(subject, `CustomMessage_${purpose}`)
    assert.ok(body.includes(`CustomMessage_${purpose}: `) && decoded(body).includes(code), body)
    await messages[purpose].use(answers, name, code)
  },
})

/** The row of a message that a function sends. */
const sent = (m, trigger, purpose) => ({
  go: (name) => messages[purpose].ask(m, name),
  async check(_, name) {
    const { subject } = await message(m, name, messages[purpose].count)
    assert.equal(subject, `Handed to ${trigger}`)
    const { note } = (await log(`${trigger}_${purpose}`, name)).at(-1)
    assert.equal(note.attributes[m.attribute], m.address(name))
    await messages[purpose].use(m, name, decoded(note.code))
  },
  fails: null,
})

/** Temporary passwords come as they would stand in HTML. */
const decoded = (text) => text.replace(/&(lt|gt|amp|#34|#39);/g, (_, name) => ({ lt: '<', gt: '>', amp: '&', '#34': '"', '#39': "'" })[name])

const rows = {
  PreSignUp_SignUp: {
    go: (name) => signUp(answers, name, { ClientMetadata: { confirm: 'yes' } }),
    check: (out) => assert.equal(out.UserConfirmed, true),
    kept: unknown(answers),
  },
  PreSignUp_AdminCreateUser: { go: (name) => invite(answers, name), kept: unknown(answers) },
  PostConfirmation_ConfirmSignUp: { go: (name) => confirmed(answers, name), kept: async (name) => assert.equal(await status(answers, name), 'CONFIRMED') },
  PostConfirmation_ConfirmForgotPassword: { go: (name) => reset(answers, name), kept: knows(answers, NEW_PASSWORD) },
  PreAuthentication_Authentication: { go: (name) => signedIn(answers, name) },
  PostAuthentication_Authentication: { go: (name) => signedIn(answers, name) },
  DefineAuthChallenge_Authentication: {
    go: (name) => riddle(answers, name),
    check: ({ asked, answered }) => assert.ok(asked.ChallengeName === 'CUSTOM_CHALLENGE' && answered.AuthenticationResult),
  },
  CreateAuthChallenge_Authentication: {
    go: (name) => riddle(answers, name),
    check: ({ asked }) => assert.equal(asked.ChallengeParameters.question, 'CreateAuthChallenge_Authentication'),
  },
  VerifyAuthChallengeResponse_Authentication: {
    go: (name) => riddle(answers, name),
    check: async (_, name) => assert.equal((await riddle(answers, `${name}-wrong`, '41')).answered.ChallengeName, 'CUSTOM_CHALLENGE'),
  },
  TokenGeneration_Authentication: { go: (name) => signedIn(answers, name), check: claim('TokenGeneration_Authentication') },
  TokenGeneration_NewPasswordChallenge: {
    go: (name) => firstPassword(answers, name),
    check: claim('TokenGeneration_NewPasswordChallenge'),
    kept: async (name) => assert.equal(await status(answers, name), 'FORCE_CHANGE_PASSWORD'),
  },
  TokenGeneration_RefreshTokens: { go: (name) => refreshed(answers, name), check: claim('TokenGeneration_RefreshTokens') },
  TokenGeneration_ClientCredentials: {
    go: (name) => appToken(name.startsWith('no-') ? 'yes' : 'no'),
    user: 'ClientCredentials',
    check: (out) => assert.equal(JSON.parse(Buffer.from(out.ClientAuthenticationResult.AccessToken.split('.')[1], 'base64url')).source, 'TokenGeneration_ClientCredentials'),
    fails: { name: 'InvalidParameterException', message: 'PreTokenGeneration failed with error not today.' },
  },
  UserMigration_Authentication: { go: (name) => signIn(answers, name), check: async (_, name) => assert.equal(await status(answers, name), 'CONFIRMED'), kept: unknown(answers) },
  UserMigration_ForgotPassword: { go: (name) => forgot(answers, name), check: (out) => assert.equal(out.CodeDeliveryDetails.AttributeName, 'email'), kept: unknown(answers) },
}
for (const purpose of Object.keys(messages)) {
  rows[`CustomMessage_${purpose}`] = words(purpose)
  rows[`CustomEmailSender_${purpose}`] = sent(mails, 'CustomEmailSender', purpose)
  rows[`CustomSMSSender_${purpose}`] = sent(texts, 'CustomSMSSender', purpose)
}

// Rows that other stories tell.
const elsewhere = ['TokenGeneration_AuthenticateDevice']

/** The runs of a trigger for a user, once there is one and its function is done. */
async function log(source, user) {
  for (let tries = 0; tries < 200; tries++) {
    const got = (await (await fetch(`${functions}/log`)).json()).filter((entry) => entry.source === source && entry.user === user)
    if (got.length > 0 && !(source.includes('Sender') && !got.at(-1).note)) return got
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error(`${source} did not run for ${user}`)
}

const stories = {}
for (const [source, row] of Object.entries(rows)) {
  stories[source] = async () => {
    const name = `yes-${source}`
    const out = await row.go(name)
    const ran = await log(source, row.user ?? name)
    assert.ok(ran.every((entry) => entry.pool), 'the event names the pool')
    await row.check?.(out, name)
  }
  stories[`${source}_refuses`] = async () => {
    const name = `no-${source}`
    if (row.fails === null) {
      await row.go(name)
    } else {
      await assert.rejects(row.go(name), row.fails ?? thrown(source))
    }
    await log(source, row.user ?? name)
    await row.kept?.(name)
  }
}

stories.every_row_of_the_page_is_told = async () => {
  const page = await readFile(new URL('../../docs/triggers.md', import.meta.url), 'utf8')
  const [now] = page.split('\n## Not yet')
  const told = [...Object.keys(rows), ...elsewhere].sort()
  assert.deepEqual([...now.matchAll(/^\| `(\w+)` \|/gm)].map((m) => m[1]).sort(), told)
}

try {
  await play(stories)
} finally {
  lambda.stdin.end()
}
