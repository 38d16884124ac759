/// <reference lib="dom" />
// What WhatsApp's page is built of, as far as whatsapp-web.js looks: things that tell when they change, and ids.
'use strict'
;(() => {
  class Emitter {
    #handlers = new Map()
    on(names, handler) {
      for (const name of names.split(' '))
        this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler])
      return this
    }
    off(name, handler) {
      this.#handlers.set(
        name,
        (this.#handlers.get(name) ?? []).filter((other) => other !== handler),
      )
      return this
    }
    once(name, handler) {
      const first = (...args) => {
        this.off(name, first)
        handler(...args)
      }
      return this.on(name, first)
    }
    emit(name, ...args) {
      for (const handler of this.#handlers.get(name) ?? []) handler(...args)
    }
    heardBy(name) {
      return (this.#handlers.get(name) ?? []).length > 0
    }
  }

  /** WhatsApp's ids. Methods stand on the class, as there: on the object they would travel with every copy of it. */
  class Wid {
    constructor(id) {
      const [user, server] = id.split('@')
      this.user = user
      this.server = server
      this._serialized = id
    }
    isLid() {
      return this.server === 'lid'
    }
    isGroup() {
      return this.server === 'g.us'
    }
    isStatus() {
      return this._serialized === 'status@broadcast'
    }
    isUser() {
      return this.server === 'c.us' || this.isLid()
    }
    toJid() {
      return this._serialized
    }
    toString() {
      return this._serialized
    }
    equals(other) {
      return other?._serialized === this._serialized
    }
  }
  const toWid = (id) => (typeof id === 'string' ? new Wid(id) : id)

  class MsgKey {
    constructor({ from, to, id, participant, selfDir }) {
      this.fromMe = selfDir === 'out'
      this.remote = this.fromMe ? to : from
      this.id = id
      this.participant = participant
      const parts = [this.fromMe, this.remote._serialized, id, participant?._serialized]
      this._serialized = parts.filter((part) => part !== undefined).join('_')
    }
    static newId() {
      return Promise.resolve(`3EB0${crypto.randomUUID().replaceAll('-', '').slice(0, 18).toUpperCase()}`)
    }
  }

  class Model extends Emitter {
    #collections = new Set()
    constructor(fields) {
      super()
      Object.assign(this, fields)
    }
    serialize() {
      return JSON.parse(
        JSON.stringify(this, (_key, value) => (value instanceof Collection ? undefined : value)),
      )
    }
    joins(collection) {
      this.#collections.add(collection)
    }
    unsafe() {
      return this
    }
    msgContextInfo() {
      return { quotedMsg: this.serialize(), quotedStanzaID: this.id.id, quotedParticipant: this.from }
    }
    change(name, value) {
      this[name] = value
      for (const emitter of [this, ...this.#collections]) {
        emitter.emit(`change:${name}`, this, value)
        emitter.emit('change', this)
      }
    }
  }

  class Collection extends Emitter {
    #models = new Map()
    get(id) {
      return this.#models.get(typeof id === 'string' ? id : id?._serialized)
    }
    add(model) {
      this.#models.set(model.id._serialized, model)
      model.joins(this)
      this.emit('add', model)
      return model
    }
    clear() {
      this.#models.clear()
    }
    find(id) {
      return Promise.resolve(this.get(id) ?? this.add(new Model({ id: toWid(id) })))
    }
    getModelsArray() {
      return [...this.#models.values()]
    }
    getMessagesById(ids) {
      return Promise.resolve({ messages: ids.map((id) => this.get(id)).filter(Boolean) })
    }
    update() {
      return Promise.resolve()
    }
  }

  window.kit = { Emitter, Wid, toWid, MsgKey, Model, Collection }
})()
