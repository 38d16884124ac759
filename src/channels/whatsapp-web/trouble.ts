// What can befall the browser with WhatsApp Web in it, in words for the person who runs the service.

/** Everything that ends a browser, as the watchdog or the library has found it. */
export const TROUBLES = {
  launch: 'The browser could not be started. Look at CHROMIUM_PATH and at the memory of the machine.',
  boot: 'WhatsApp Web did not open in the browser. Check the network.',
  sync: 'WhatsApp Web was opened and never became ready. If that happens again and again, WhatsApp has changed its page: a newer version of this service is needed.',
  renderer: 'The page of WhatsApp Web crashed, most likely for want of memory.',
  browser: 'The browser was ended from outside.',
  hung: 'The page of WhatsApp Web did not answer any more.',
  process: 'The process that runs the browser ended.',
  offline: 'WhatsApp Web had no connection for too long. Check the network and the telephone.',
  outdated:
    'WhatsApp does not accept this version of its page any more: a newer version of this service is needed.',
  banned:
    'WhatsApp has blocked this number. Promote a spare number: npm run preceptor -- channels promote NAME.',
  library: 'WhatsApp Web ended the connection.',
  logout: 'The number was unlinked on the telephone.',
  session: 'WhatsApp no longer knows this link.',
  pairing: 'Nobody scanned the QR code in time.',
  old: 'The browser ran for a day and was started afresh, as it uses more memory the longer it runs.',
} as const

export type Trouble = keyof typeof TROUBLES

/** How to go on where only a person can. */
export const PAIR = 'Pair a telephone: npm run preceptor -- channels pair.'
