import { describe, expect, it } from 'vitest'
import {
  type Happening,
  type Life,
  LIFE_TIMING,
  newLife,
  type Order,
  step,
} from '../../../src/channels/whatsapp-web/life.ts'
import { type Trouble, TROUBLES } from '../../../src/channels/whatsapp-web/trouble.ts'
import { DAY, MINUTE, SECOND } from '../../../src/words/clock.ts'

/** One life, told what happens; time passes only as the test says. */
class Lived {
  life: Life
  now = 1_000_000_000_000
  orders: Order[] = []
  befell: Trouble[] = []

  constructor(linked = true) {
    this.life = newLife(linked)
  }
  /** Lets things happen, one after the other, and gives back what is to be done. */
  on(...happenings: Happening[]): Order[] {
    const orders: Order[] = []
    for (const happening of happenings) {
      const next = step(this.life, happening, this.now, LIFE_TIMING)
      this.life = next.life
      orders.push(...next.orders)
      if (next.befell) this.befell.push(next.befell)
    }
    this.orders.push(...orders)
    return orders
  }
  /** Lets time pass as the channel does: a tick twice a second; the page answers or does not. */
  pass(time: number, answers?: string): Order[] {
    const orders: Order[] = []
    for (const until = this.now + time; this.now < until;) {
      this.now += SECOND / 2
      const now = this.on({ kind: 'tick' })
      orders.push(...now)
      if (now.includes('ask') && answers !== undefined) this.on({ kind: 'state', state: answers })
    }
    return orders
  }
  /** A number that is ready. */
  static ready(): Lived {
    const lived = new Lived()
    lived.on({ kind: 'wanted', wanted: true }, { kind: 'tick' }, { kind: 'linked' }, { kind: 'ready' })
    return lived
  }
}

const WANTED: Happening = { kind: 'wanted', wanted: true }
const TICK: Happening = { kind: 'tick' }
const asked = (lived: Lived, time = 10 * MINUTE): Happening => ({ kind: 'asked', until: lived.now + time })

describe('pairing', () => {
  it('starts no browser before somebody asks, and none that is not wanted', () => {
    const lived = new Lived(false)
    expect(lived.on(WANTED, TICK)).toEqual([])
    expect(lived.life.phase).toBe('unpaired')
    const other = new Lived(false)
    expect(other.on(asked(other), TICK)).toEqual([])
  })

  it('goes from unpaired over pairing and connecting to ready', () => {
    const lived = new Lived(false)
    expect(lived.on(WANTED, asked(lived), TICK)).toEqual(['start'])
    const phases = [lived.life.phase]
    const words: Happening[] = [{ kind: 'qr', text: 'a' }, { kind: 'linked' }, { kind: 'ready' }]
    for (const word of words) {
      lived.on(word)
      phases.push(lived.life.phase)
    }
    expect(phases).toEqual(['pairing', 'pairing', 'connecting', 'ready'])
    expect(lived.life).toMatchObject({ linked: true, qr: undefined, detail: undefined })
  })

  it('asks for a new code when one has expired, and shows it', () => {
    const lived = new Lived(false)
    lived.on(WANTED, asked(lived), TICK, { kind: 'qr', text: 'a' })
    expect(lived.on({ kind: 'expired' })).toEqual(['refresh'])
    expect(lived.life.qr).toBeUndefined()
    lived.on({ kind: 'qr', text: 'b' })
    expect(lived.life).toMatchObject({ phase: 'pairing', qr: 'b' })
  })

  it('ends when nobody has scanned in time', () => {
    const lived = new Lived(false)
    lived.on(WANTED, asked(lived, MINUTE), TICK, { kind: 'qr', text: 'a' })
    expect(lived.pass(MINUTE)).toEqual(['end'])
    expect(lived.life).toMatchObject({ phase: 'unpaired', qr: undefined })
    lived.on({ kind: 'gone' })
    expect(lived.pass(MINUTE)).toEqual([])
  })

  it('does not cut somebody off who has scanned in the last moment', () => {
    const lived = new Lived(false)
    lived.on(WANTED, asked(lived, MINUTE), TICK, { kind: 'qr', text: 'a' }, { kind: 'linked' })
    expect(lived.pass(MINUTE + SECOND)).toEqual([])
    lived.on({ kind: 'ready' })
    expect(lived.life.phase).toBe('ready')
  })

  it('starts anew when no new code comes', () => {
    const lived = new Lived(false)
    lived.on(WANTED, asked(lived), TICK, { kind: 'qr', text: 'a' }, { kind: 'expired' })
    expect(lived.pass(LIFE_TIMING.sync)).toEqual(['end'])
    expect(lived.befell).toEqual(['boot'])
  })

  it('offers no code where a link was stored: the link is void', () => {
    const lived = new Lived()
    lived.on(WANTED, TICK)
    expect(lived.on({ kind: 'qr', text: 'a' })).toEqual(['end', 'forget'])
    expect(lived.life).toMatchObject({ phase: 'unpaired', linked: false, qr: undefined })
  })
})

describe('the watchdog', () => {
  it.each<[string, Trouble, number, Happening[]]>([
    ['a page that does not open', 'boot', LIFE_TIMING.boot, []],
    ['a page that is linked and never ready', 'sync', LIFE_TIMING.sync, [{ kind: 'linked' }]],
  ])('gives up on %s', (_, trouble, after, words) => {
    const lived = new Lived()
    lived.on(WANTED, TICK, ...words)
    expect(lived.pass(after - SECOND)).toEqual([])
    expect(lived.pass(SECOND)).toEqual(['end'])
    expect(lived.befell).toEqual([trouble])
    expect(lived.life).toMatchObject({ phase: 'lost', detail: expect.stringContaining(TROUBLES[trouble]) })
  })

  it('leaves a page alone that answers', () => {
    const lived = Lived.ready()
    const orders = lived.pass(10 * MINUTE, 'CONNECTED')
    expect(new Set(orders)).toEqual(new Set(['ask']))
    expect(orders.length).toBe((10 * MINUTE) / LIFE_TIMING.ask)
    expect(lived.life.phase).toBe('ready')
  })

  it('ends a page that does not answer', () => {
    const lived = Lived.ready()
    const orders = lived.pass(LIFE_TIMING.silence + SECOND)
    expect(orders.at(-1)).toBe('end')
    expect(lived.befell).toEqual(['hung'])
  })

  it('gives a page that reloads the time of a first sync, and no more', () => {
    const lived = Lived.ready()
    lived.on({ kind: 'reloaded' })
    expect(lived.life.phase).toBe('connecting')
    expect(lived.pass(LIFE_TIMING.sync)).toEqual(['end'])
    expect(lived.befell).toEqual(['sync'])
  })

  it('waits for the network, and starts anew when it stays away', () => {
    const lived = Lived.ready()
    lived.on({ kind: 'state', state: 'TIMEOUT' })
    expect(lived.life).toMatchObject({
      phase: 'connecting',
      detail: expect.stringContaining('cannot be reached'),
    })
    lived.pass(MINUTE, 'OPENING')
    lived.on({ kind: 'state', state: 'CONNECTED' })
    expect(lived.life).toMatchObject({ phase: 'ready', detail: undefined })
    lived.on({ kind: 'state', state: 'TIMEOUT' })
    lived.pass(LIFE_TIMING.offline + MINUTE, 'TIMEOUT')
    expect(lived.befell).toEqual(['offline'])
  })

  it('starts a browser afresh that has run for a day, without calling that a trouble', () => {
    const lived = Lived.ready()
    const orders = lived.pass(DAY + MINUTE, 'CONNECTED')
    expect(orders.filter((order) => order === 'end')).toHaveLength(1)
    expect(lived.befell).toEqual([])
    expect(lived.on({ kind: 'gone' }, TICK)).toEqual(['start'])
  })
})

describe('after a trouble', () => {
  it('waits longer each time, up to five minutes, and begins anew once it has worked for a while', () => {
    const lived = new Lived()
    lived.on(WANTED, TICK)
    const waits: number[] = []
    for (let time = 0; time < 10; time += 1) {
      lived.on({ kind: 'trouble', trouble: 'launch' }, { kind: 'gone' })
      const since = lived.now
      while (lived.life.browser === 'none') lived.pass(SECOND / 2)
      waits.push((lived.now - since) / SECOND)
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    lived.on({ kind: 'linked' }, { kind: 'ready' })
    lived.pass(LIFE_TIMING.settle + MINUTE, 'CONNECTED')
    expect(lived.life.failures).toBe(0)
  })

  it('starts no second browser before the first is gone', () => {
    const lived = Lived.ready()
    lived.on({ kind: 'trouble', trouble: 'renderer' })
    expect(lived.pass(MINUTE)).toEqual([])
    expect(lived.on({ kind: 'gone' }, TICK)).toEqual(['start'])
  })

  it('hears nothing any more of a browser that has been told to end', () => {
    const lived = Lived.ready()
    lived.on({ kind: 'trouble', trouble: 'renderer' })
    lived.on({ kind: 'ready' }, { kind: 'qr', text: 'a' }, { kind: 'trouble', trouble: 'logout' })
    expect(lived.life).toMatchObject({ phase: 'lost', linked: true })
    expect(lived.befell).toEqual(['renderer'])
  })

  it('starts again when the process of the browser died', () => {
    const lived = Lived.ready()
    expect(lived.on({ kind: 'gone' })).toEqual([])
    expect(lived.befell).toEqual(['process'])
    expect(lived.pass(LIFE_TIMING.wait)).toEqual(['start'])
  })

  it('waits for a person when the telephone has unlinked the service', () => {
    const lived = Lived.ready()
    expect(lived.on({ kind: 'trouble', trouble: 'logout' })).toEqual(['end', 'forget'])
    lived.on({ kind: 'gone' })
    expect(lived.pass(10 * MINUTE)).toEqual([])
    expect(lived.life.detail).toContain('unlinked on the telephone')
    expect(lived.on(asked(lived), TICK)).toEqual(['start'])
  })

  it('lets go of a number that is another process’s now, and takes it up again', () => {
    const lived = Lived.ready()
    expect(lived.on({ kind: 'wanted', wanted: false })).toEqual(['end'])
    lived.on({ kind: 'gone' })
    expect(lived.pass(MINUTE)).toEqual([])
    expect(lived.on(WANTED, TICK)).toEqual(['start'])
  })
})
