// The inbox of dev in a real Chromium: an email looks there as it does to its
// reader, can be reached by keyboard, and does nothing.
import assert from 'node:assert/strict'
import { SignUpCommand } from '@aws-sdk/client-cognito-identity-provider'
import { Browser } from './browser.mjs'
import { PASSWORD, newPool, play, sdk, startServer } from './stage.mjs'

const server = await startServer()
const idp = sdk()
const browser = await Browser.start()

/** Sends somebody an email. */
async function send(name, EmailMessage) {
  const pool = await newPool(idp, {}, {
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE', EmailSubject: `To ${name}`, EmailMessage },
  })
  await idp.send(new SignUpCommand({
    ClientId: pool.client, Username: name, Password: PASSWORD, UserAttributes: [{ Name: 'email', Value: `${name}@example.com` }],
  }))
}

/** Opens the inbox with the messages to somebody, when the first of them is there to see. */
async function open(name) {
  const page = await browser.open(`${server.admin}/dev/inbox?to=${name}@`)
  await page.run(async () => {
    for (let tries = 0; tries < 200; tries++) {
      if (document.querySelector('iframe.mail')?.contentDocument?.body?.textContent) return
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error('no email is shown')
  })
  return page
}

const lines = (n) => Array.from({ length: n }, (_, i) => `<p>line ${i}</p>`).join('')

const stories = {
  'an email wider than the page needs to be moved sideways only': async () => {
    await send('wide', `<table width="1600"><tr><td>${lines(8)}Your code is {####}</td></tr></table>`)
    const page = await open('wide')
    const { wide, high, seen } = await page.run(() => {
      const root = document.querySelector('iframe.mail').contentDocument.documentElement
      return { wide: root.scrollWidth > root.clientWidth, high: root.scrollHeight, seen: root.clientHeight }
    })
    assert.ok(wide, 'the email fits, so that nothing was tried')
    assert.ok(high <= seen, `${high} pixels high, of which ${seen} are seen`)
  },

  'whoever comes to an email by keyboard sees where they are': async () => {
    await send('keys', '<p>Your code is {####}</p>')
    const page = await open('keys')
    const outline = () => page.run(() => getComputedStyle(document.querySelector('iframe.mail')).outlineStyle)
    assert.equal(await outline(), 'none', 'before')
    for (let tab = 0; tab < 20 && await page.run(() => document.activeElement.tagName) !== 'IFRAME'; tab++) {
      for (const type of ['rawKeyDown', 'keyUp']) {
        await page.send('Input.dispatchKeyEvent', { type, key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 })
      }
    }
    assert.equal(await page.run(() => document.activeElement.tagName), 'IFRAME')
    assert.equal(await outline(), 'solid')
  },

  'an email runs nothing and leads nowhere by itself': async () => {
    await send('evil', '<p>Your code is {####}</p><script>parent.document.title = "taken"</script>' +
      '<img src="x" onerror="parent.document.title = \'taken\'"><meta http-equiv="refresh" content="0;url=/dev/info">' +
      '<a href="javascript:parent.document.title = \'taken\'">go</a><form action="/dev/info"><button>go</button></form>')
    const page = await open('evil')
    await page.run(async () => {
      const mail = document.querySelector('iframe.mail').contentDocument
      mail.querySelector('a').click()
      mail.querySelector('button').click()
      await new Promise((done) => setTimeout(done, 300))
    })
    const { title, frame } = await page.run(() => (
      { title: document.title, frame: document.querySelector('iframe.mail').contentWindow.location.pathname }))
    assert.match(title, /Inbox/)
    assert.match(frame, /^\/dev\/inbox\/messages\/\d+\/body$/)
  },

  'a message that comes appears by itself': async () => {
    await send('early', '<p>Your code is {####}</p>')
    const page = await open('early')
    await send('early', '<p>Another: {####}</p>')
    const shown = await page.run(async () => {
      for (let tries = 0; tries < 200 && document.querySelectorAll('.message').length < 2; tries++) await new Promise((done) => setTimeout(done, 50))
      return document.querySelectorAll('.message').length
    })
    assert.equal(shown, 2)
  },
}

try {
  await play(stories)
} finally {
  await browser.close()
}
