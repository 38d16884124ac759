/// <reference lib="dom" />
// A page that stands in for WhatsApp Web: what whatsapp-web.js 1.34.7 asks of the real one, and no more. The library
// takes the page's modules by name (`window.require`); here each is as small as the library lets it be. What happens on
// the telephone or at WhatsApp is played by the test, which reaches `acts` through the server that served this page.
'use strict'
;(() => {
  const { Emitter, Wid, toWid, MsgKey, Model, Collection } = window.kit
  const Msg = new Collection()
  const Chat = new Collection()
  const Contact = new Collection()
  const GroupMetadata = new Collection()
  const ME = new Wid('250700000001@c.us')
  const MY_LID = new Wid('900000000000001@lid')
  const isLinked = () => localStorage.getItem('linked') === 'yes'

  const Socket = new Emitter()
  Socket.state = isLinked() ? 'CONNECTED' : 'UNPAIRED'
  Socket.go = (state) => {
    Socket.state = state
    Socket.emit('change:state', Socket, state)
  }
  Socket.takeover = () => Socket.go('CONNECTED')
  Socket.logout = () => acts.unlink()

  const Conn = new Model({ ref: 'ref-0', pushname: 'Preceptor', platform: 'android', wid: ME })
  const Cmd = new Emitter()
  let refs = 0
  Cmd.refreshQR = () => {
    refs += 1
    Conn.ref = `ref-${refs}`
    Conn.emit('change:ref', Conn, Conn.ref)
  }

  function chatOf(id) {
    const wid = toWid(id)
    const known = Chat.get(wid)
    if (known) return known
    const chat = new Model({
      id: wid,
      formattedTitle: wid.user,
      unreadCount: 0,
      t: 0,
      mute: { expiration: 0 },
    })
    chat.msgs = new Collection()
    if (wid.isGroup())
      chat.groupMetadata = new Model({
        id: wid,
        subject: wid.user,
        announce: false,
        isLidAddressingMode: false,
        participants: [{ id: ME, isAdmin: true }],
      })
    return Chat.add(chat)
  }

  /** Tells the test what the library has had the page do. */
  const tell = (event) => fetch('/told', { method: 'POST', body: JSON.stringify(event) })
  /** What the test has set for sends to come: refused, or never confirmed. */
  let refuse = 0
  let keepSilent = 0

  async function send(chat, { set: _set, toJSON: _toJson, mediaBlob, ...fields }) {
    const message = new Model(fields)
    Msg.add(message)
    chat.msgs.add(message)
    if (refuse > 0) {
      refuse -= 1
      setTimeout(() => message.change('ack', -1), 10)
      return { messageSendResult: 'ERROR_UNKNOWN' }
    }
    const { id, type, body, caption, pollName, pollOptions, quotedStanzaID, filename, mimetype } = message
    const data = mediaBlob && (await asBase64(mediaBlob.blob))
    void tell({
      kind: 'message',
      id: id._serialized,
      to: chat.id._serialized,
      type,
      text: caption ?? body ?? '',
      poll: pollOptions && { question: pollName, options: pollOptions.map(({ name }) => name) },
      quoted: quotedStanzaID,
      file: data && { name: filename ?? '', mime: mimetype, data },
    })
    if (keepSilent > 0) keepSilent -= 1
    else setTimeout(() => message.change('ack', 1), 5)
    return { messageSendResult: 'OK' }
  }

  class OpaqueData {
    static async createFromData(blob) {
      const data = new OpaqueData()
      data.blob = blob
      return data
    }
    url() {
      return 'blob:page'
    }
    autorelease() {}
    formData() {
      return this.blob
    }
  }

  async function asBase64(blob) {
    const bytes = new Uint8Array(await blob.arrayBuffer())
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  }

  async function prepared(data, { asDocument }) {
    const { blob } = data
    const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
    const media = {
      type: asDocument ? 'document' : blob.type.split('/')[0],
      filehash: btoa(String.fromCharCode(...new Uint8Array(hash))),
      mimetype: blob.type,
      filename: blob.name,
      size: blob.size,
      mediaBlob: data,
    }
    media.set = (fields) => Object.assign(media, fields)
    media.toJSON = () => JSON.parse(JSON.stringify({ ...media, mediaBlob: undefined, toJSON: undefined }))
    return media
  }

  const phones = () => JSON.parse(localStorage.getItem('phones') ?? '{}')
  const phoneOf = (wid) => {
    const phone = phones()[wid?._serialized]
    return phone ? new Wid(phone) : null
  }
  /** A chat that cannot be read so many times, also after the page was opened anew. */
  const unreadable = () => JSON.parse(localStorage.getItem('unreadable') ?? '{}')
  const earlier = async (chat) => {
    const left = unreadable()
    if (!left[chat]) return []
    localStorage.setItem('unreadable', JSON.stringify({ ...left, [chat]: left[chat] - 1 }))
    throw new Error('this chat cannot be read')
  }
  const files = new Map()
  const nothing = () => undefined
  const links = (text) => [...String(text ?? '').matchAll(/https?:\/\/\S+/g)].map(([href]) => ({ href }))
  const reactionTableMode = { bulkUpsert: () => Promise.resolve() }
  const pollVoteTableMode = { bulkUpsert: () => Promise.resolve() }
  const key = () => Promise.resolve({ identityKeyPair: { pubKey: new Uint8Array(32) } })

  const modules = {
    // For a QR code.
    WAWebSocketModel: { Socket },
    WAWebCmd: { Cmd },
    WAWebConnModel: { Conn },
    WAWebOfflineHandler: { OfflineMessageHandler: { getOfflineDeliveryProgress: () => 100 } },
    WAWebAltDeviceLinkingApi: {},
    WABase64: { encodeB64: (bytes) => btoa(String.fromCharCode(...bytes)) },
    WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
    WAWebAdvSignatureApi: {},
    WAWebUserPrefsInfoStore: {
      waNoiseInfo: { get: () => Promise.resolve({ staticKeyPair: { pubKey: new Uint8Array(32) } }) },
    },
    WAWebSignalStoreApi: { waSignalStore: { getRegistrationInfo: key } },
    WAWebUserPrefsMultiDevice: { getADVSecretKey: () => 'secret' },
    WAWebMiscBrowserUtils: { info: () => ({ os: 'page', name: 'Chrome' }) },
    // For being ready.
    WAWebUserPrefsMeUser: { getMaybeMePnUser: () => ME, getMaybeMeLidUser: () => MY_LID },
    WAWebCollections: { Msg, Chat, Contact, GroupMetadata, WAWebGroupMetadataCollection: GroupMetadata },
    WAWebSyncGatingUtils: { isPlaceholderMessageResendEnabled: () => false },
    WAWebCallCollection: Object.assign(new Emitter(), { calls: new Map() }),
    WAWebBackendJobsCommon: { mediaTypeFromProtobuf: nothing },
    WAWebE2EProtoUtils: { typeAttributeFromProtobuf: nothing },
    WAWebAddonReactionTableMode: { reactionTableMode },
    WAWebAddonPollVoteTableMode: { pollVoteTableMode },
    // For people and chats.
    WAWebWidFactory: { createWid: toWid, createWidFromWidLike: toWid, asUserWidOrThrow: toWid },
    WAWebLidMigrationUtils: { toPn: phoneOf },
    WAWebApiContact: { getPhoneNumber: phoneOf, getCurrentLid: nothing, getAlternateUserWid: nothing },
    WAWebQueryExistsJob: { queryWidExists: () => Promise.resolve(null) },
    WAWebFindChatAction: {
      async findOrCreateLatestChat(wid) {
        if (wid.user === '250799999999') throw new Error('No LID for user')
        return { chat: chatOf(wid) }
      },
    },
    WAWebChatGetters: { getIsNewsletter: () => false, getIsBroadcast: () => false },
    WAWebChatLoadMessages: { loadEarlierMsgs: ({ chat }) => earlier(chat.id._serialized) },
    // For sending.
    WALinkify: { findLink: (text) => links(text)[0], findLinks: links },
    WAWebMsgKey: MsgKey,
    WAWebMsgReply: { canReplyMsg: () => true },
    WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
    WAWebSendMsgChatAction: {
      addAndSendMsgToChat: (chat, message) => [Promise.resolve(), send(chat, message)],
    },
    WAWebMediaOpaqueData: OpaqueData,
    WAWebPrepRawMedia: {
      prepRawMedia: (data, wanted) => ({ waitForPrep: () => prepared(data, wanted) }),
    },
    WAWebMediaStorage: {
      getOrCreateMediaObject: (filehash) => ({
        filehash,
        type: 'media',
        contentInfo: {},
        consolidate: nothing,
      }),
    },
    WAWebMmsMediaTypes: { msgToMediaType: ({ type }) => type, castToV4: (type) => type },
    WAWebMediaDataUtils: { shouldUseMediaCache: () => false },
    WAWebMediaMmsV4Upload: {
      uploadMedia: () =>
        Promise.resolve({
          mediaEntry: { mmsUrl: 'page:', directPath: '/sent', mediaKey: 'k', uploadHash: 'u' },
        }),
    },
    WAWebDownloadManager: {
      downloadManager: {
        downloadAndMaybeDecrypt: ({ directPath }) =>
          Promise.resolve(
            Uint8Array.from(atob(files.get(directPath) ?? ''), (letter) => letter.charCodeAt(0)).buffer,
          ),
      },
    },
  }
  window.require = (name) => {
    if (Object.hasOwn(modules, name)) return modules[name]
    void tell({ kind: 'missing', name })
    throw new Error(`there is no module ${name}`)
  }
  window.Debug = { VERSION: '2.3000.0' }

  /** The real page syncs when it has loaded, whoever listens; a test may want it before the library does. */
  async function sync() {
    while (!Socket.heardBy('change:hasSynced')) await new Promise((resolve) => setTimeout(resolve, 10))
    Socket.emit('change:hasSynced', Socket, true)
  }

  function receive({ from, author, text, type = 'chat', id, at, file, isNew = true, ...rest }) {
    const remote = toWid(from)
    const participant = author && toWid(author)
    const chat = chatOf(from)
    const media = file && {
      directPath: `/came/${id}`,
      mimetype: file.mime,
      caption: text,
      mediaKey: 'k',
      mediaData: { mediaStage: 'RESOLVED' },
    }
    if (file) files.set(`/came/${id}`, file.data)
    const message = new Model({
      id: new MsgKey({ from: remote, to: ME, id, participant, selfDir: 'in' }),
      from: remote,
      to: ME,
      author: participant,
      body: file ? undefined : text,
      type,
      t: at,
      ack: 1,
      isNewMsg: isNew,
      ...media,
      ...rest,
    })
    chat.t = Math.max(chat.t, at)
    chat.msgs.add(message)
    Msg.add(message)
  }

  // What came while the page was away lies at WhatsApp's servers, and comes with the next sync as no news.
  for (const message of window.left) receive({ ...message, isNew: false })

  /** What a test can let happen. */
  const acts = {
    pair() {
      localStorage.setItem('linked', 'yes')
      Socket.go('PAIRING')
      Socket.go('CONNECTED')
      void sync()
    },
    async state(state) {
      // The library shows the first QR code before it listens to anything.
      while (!Socket.heardBy('change:state')) await new Promise((resolve) => setTimeout(resolve, 10))
      Socket.go(state)
    },
    receive,
    vote({ poll, voter, options, id, at }) {
      const from = toWid(voter)
      return pollVoteTableMode.bulkUpsert([
        {
          id: new MsgKey({ from, to: ME, id, selfDir: 'in' }),
          pollUpdateParentKey: Msg.get(poll).id,
          from,
          t: at,
          senderTimestampMs: at,
          selectedOptionLocalIds: options,
        },
      ])
    },
    refuse: (count) => void (refuse = count),
    keepSilent: (count) => void (keepSilent = count),
    confirm: (id) => Msg.get(id).change('ack', 1),
    unreadable: (times) => localStorage.setItem('unreadable', JSON.stringify(times)),
    phones: (known) => localStorage.setItem('phones', JSON.stringify(known)),
    async unlink() {
      localStorage.clear()
      Cmd.emit('logout')
      await new Promise((resolve) => setTimeout(resolve, 50))
      location.href = '/?post_logout=1'
    },
    /** Nothing was ever written. */
    empty() {
      for (const collection of [Msg, Chat]) collection.clear()
    },
    reload: () => location.reload(),
    hang() {
      for (;;);
    },
  }
  const control = new EventSource('/acts')
  control.addEventListener('message', async ({ data }) => {
    const { number, act, about } = JSON.parse(data)
    // A page that hangs or leaves says nothing any more.
    const isLast = ['hang', 'reload', 'unlink'].includes(act)
    if (isLast) await tell({ kind: 'done', number })
    await acts[act](about)
    if (!isLast) await tell({ kind: 'done', number })
  })
  if (isLinked()) void sync()
})()
