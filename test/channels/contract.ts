// What every channel must keep, whatever the provider. A channel passes by giving `describeChannel` a way to stand it up.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Receive, SendError } from '../../src/channels/channel.ts'
import type { FileId } from '../../src/words/ids.ts'
import type { IncomingMessage } from '../../src/words/message.ts'
import { gate } from './gate.ts'
import { CHOICES, LONG_LABELS, PICTURE, PNG, POLL, type Shown, type Subject } from './subject.ts'

const eventually = async (check: () => unknown): Promise<void> => {
  await vi.waitFor(check, { timeout: 60_000, interval: 10 })
}

const bare = (text: string): string => text.replaceAll(/\s/g, '')

/** The suite a channel passes. `make` stands up a fresh one, not started, for each test. */
export function describeChannel(name: string, make: () => Promise<Subject>): void {
  describe(`${name} as a channel`, { timeout: 90_000 }, () => {
    let subject: Subject
    let kept: IncomingMessage[]
    const keep: Receive = async (messages) => void kept.push(...messages)

    beforeEach(async () => {
      kept = []
      subject = await make()
    })
    afterEach(async () => {
      await subject.channel.stop()
      await subject.close()
    })

    it('is off before it is started, ready after, and off when stopped', async () => {
      const { channel } = subject
      expect(channel.state().phase).toBe('off')
      await channel.start(keep)
      await eventually(() => expect(channel.state().phase).toBe('ready'))
      await channel.stop()
      expect(channel.state().phase).toBe('off')
    })

    it('shows a text as it is', async () => {
      await subject.channel.start(keep)
      await subject.channel.send(subject.sender, { text: 'Muraho 👋\n\nمرحبا <b>&amp; *no markup*' })
      await eventually(async () =>
        expect((await subject.shown()).map(({ text }) => text)).toEqual([
          'Muraho 👋\n\nمرحبا <b>&amp; *no markup*',
        ]),
      )
    })

    it('shows bubbles in the order they were sent', async () => {
      await subject.channel.start(keep)
      const texts = ['one', 'two', 'three', 'four']
      for (const text of texts) await subject.channel.send(subject.sender, { text })
      await eventually(async () => expect((await subject.shown()).map(({ text }) => text)).toEqual(texts))
    })

    it.each([
      ['short', CHOICES],
      ['long', LONG_LABELS],
    ])('offers %s choices so that each can be read and chosen', async (_length, choices) => {
      await subject.channel.start(keep)
      await subject.channel.send(subject.sender, { text: 'When?', choices })
      await eventually(async () => expect(await subject.shown()).toHaveLength(1))
      const [shown] = await subject.shown()
      const byButton = subject.channel.capabilities.choices !== 'numbers'
      const readable = [shown?.text, ...(shown?.buttons.map(({ label }) => label) ?? [])].join('\n')
      for (const [index, { label }] of choices.entries()) {
        expect(readable).toContain(byButton ? label : `${index + 1}. ${label}`)
      }
      const tokens = byButton ? choices.map(({ token }) => token) : []
      expect(shown?.buttons.map(({ token }) => token)).toEqual(tokens)
    })

    it('shows every word of a long text, in messages the provider takes', async () => {
      const { channel, sender } = subject
      // Where nothing is too long, this is long.
      const maxText = Math.min(channel.capabilities.maxText, 10_000)
      const paragraph = 'Keep the baby warm. Rub the back! Is the baby breathing? '
      const text = Array.from(
        { length: Math.ceil((maxText * 2.5) / paragraph.length) },
        (_, n) => `${n} ${paragraph}`,
      )
      await channel.start(keep)
      await channel.send(sender, { text: text.join('\n\n'), choices: CHOICES })
      await eventually(async () =>
        expect(bare((await subject.shown()).map((part) => part.text).join(''))).toContain(
          bare(text.at(-1) ?? ''),
        ),
      )
      const shown = await subject.shown()
      for (const part of shown) expect(part.text.length).toBeLessThanOrEqual(channel.capabilities.maxText)
      expect(bare(shown.map((part) => part.text).join(''))).toContain(bare(text.join('')))
      for (const part of shown.slice(0, -1)) expect(part.buttons).toEqual([])
      const tapped = channel.capabilities.choices !== 'numbers' ? CHOICES.length : 0
      expect(shown.at(-1)?.buttons).toHaveLength(tapped)
    })

    it('hands over what the person writes, in order, each under its own id', async () => {
      await subject.channel.start(keep)
      for (const text of ['Ndi hano', '👍🏽', 'مرحبا']) await subject.write(text)
      await eventually(() => expect(kept).toHaveLength(3))
      expect(kept.map(({ content }) => content)).toEqual([
        { kind: 'text', text: 'Ndi hano' },
        { kind: 'text', text: '👍🏽' },
        { kind: 'text', text: 'مرحبا' },
      ])
      expect(new Set(kept.map(({ messageId }) => messageId)).size).toBe(3)
      for (const message of kept) {
        expect(message.channel).toBe(subject.channel.name)
        expect(message.sender).toBe(subject.sender)
        expect(Number.isSafeInteger(message.at)).toBe(true)
      }
    })

    it('hands over a tap as the choice it stands for', async () => {
      await subject.channel.start(keep)
      await subject.channel.send(subject.sender, { text: 'When?', choices: CHOICES })
      await subject.tap('b')
      await eventually(() => expect(kept).toHaveLength(1))
      expect(kept[0]).toMatchObject({ sender: subject.sender, content: { kind: 'choice', token: 'b' } })
    })

    it('hands a message that comes twice over under the same id', async ({ skip }) => {
      if (subject.again === undefined) skip('the provider hands nothing over twice')
      await subject.channel.start(keep)
      await subject.write('once')
      await eventually(() => expect(kept).toHaveLength(1))
      await subject.again?.()
      await eventually(() => expect(kept.length).toBeGreaterThanOrEqual(2))
      expect(new Set(kept.map(({ messageId }) => messageId)).size).toBe(1)
    })

    it('gets a message again when it could not be kept', async ({ skip }) => {
      if (!subject.redelivers) skip('the provider keeps nothing')
      const refused: IncomingMessage[] = []
      await subject.channel.start(async (messages) => {
        if (refused.length < 3) {
          refused.push(...messages)
          throw new Error('not now')
        }
        kept.push(...messages)
      })
      await subject.write('keep me')
      await eventually(() => expect(kept).toHaveLength(1))
      expect(refused).toEqual([kept[0], kept[0], kept[0]])
      await eventually(() => expect(subject.channel.state().phase).toBe('ready'))
    })

    it('takes nothing in once it is stopped', async () => {
      await subject.channel.start(keep)
      await subject.write('before')
      await eventually(() => expect(kept).toHaveLength(1))
      await subject.channel.stop()
      await subject.write('after').catch(() => undefined)
      // Nothing can announce what must not happen; if this wait is too short the test passes wrongly, never fails.
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(kept).toHaveLength(1)
    })

    it('waits in stop() for what is being kept', async () => {
      const store = gate()
      let begun = false
      await subject.channel.start(async (messages) => {
        begun = true
        await store.opened
        kept.push(...messages)
      })
      const written = subject.write('half way')
      await eventually(() => expect(begun).toBe(true))
      const stopped = subject.channel.stop().then(() => kept.length)
      store.open()
      expect(await stopped).toBe(1)
      await written
    })

    it('declares what it can, in numbers that can be kept', () => {
      const { capabilities } = subject.channel
      expect(capabilities.maxText).toBeGreaterThanOrEqual(500)
      expect(capabilities.maxLabel).toBeGreaterThan(0)
      expect(capabilities.maxCaption).toBeLessThanOrEqual(capabilities.maxText)
      if (capabilities.polls) {
        expect(capabilities.polls.options).toBeGreaterThan(1)
        expect(capabilities.groups).toBe(true)
      }
    })

    it('sends a long bubble part by part as it sends it whole', async ({ skip }) => {
      const { channel, sender } = subject
      const { maxText } = channel.capabilities
      if (channel.parts === undefined) skip('a bubble is always one message')
      await channel.start(keep)
      const bubble = { text: 'Is the baby breathing? '.repeat(maxText / 10), choices: CHOICES }
      const parts = channel.parts?.(bubble) ?? 1
      expect(parts).toBeGreaterThan(2)
      for (let part = 0; part < parts; part++) await channel.send(sender, bubble, part)
      await eventually(async () => expect(await subject.shown()).toHaveLength(parts))
      const byPart = (await subject.shown()).map(({ text, buttons }) => ({ text, buttons }))
      await channel.send(sender, bubble)
      await eventually(async () => expect(await subject.shown()).toHaveLength(2 * parts))
      const whole = (await subject.shown()).slice(parts).map(({ text, buttons }) => ({ text, buttons }))
      expect(whole).toEqual(byPart)
    })

    it('sends a picture with its words, and the words alone when it is gone', async ({ skip }) => {
      const { channel, sender } = subject
      if (!channel.capabilities.attachments.includes('image')) skip('the channel sends no pictures')
      if (subject.keepFile === undefined) skip('the pictures of this subject cannot be kept')
      await channel.start(keep)
      await subject.keepFile?.(PICTURE.file, PNG)
      const words = 'Your progress. '.repeat(Math.min(2_000, channel.capabilities.maxCaption))
      await channel.send(sender, { text: 'Your progress.', attachment: PICTURE, choices: CHOICES })
      await channel.send(sender, { text: words, attachment: PICTURE })
      await channel.send(sender, { text: 'Gone.', attachment: { ...PICTURE, file: 2 as FileId } })
      await eventually(async () => expect((await subject.shown()).at(-1)?.text).toBe('Gone.'))
      const shown = await subject.shown()
      expect(shown[0]).toMatchObject({ file: { kind: 'image' } })
      expect(shown[0]?.text).toContain('Your progress.')
      const files = shown.flatMap(({ file }) => (file ? [Buffer.from(file.bytes).equals(PNG)] : []))
      expect(files).toEqual([true, true])
      expect(bare(shown.map(({ text }) => text).join(''))).toContain(bare(words))
    })

    it('hands over a picture the person sends, and its bytes when they are asked for', async ({ skip }) => {
      if (subject.sendPicture === undefined) skip('nobody sends pictures here')
      await subject.channel.start(keep)
      await subject.sendPicture?.(PNG, 'Is it clean?')
      await eventually(() => expect(kept).toHaveLength(1))
      expect(kept[0]).toMatchObject({
        sender: subject.sender,
        content: { kind: 'media', media: 'image', caption: 'Is it clean?' },
      })
      const ref = kept[0]?.content.kind === 'media' ? kept[0].content.ref : ''
      expect(Buffer.from((await subject.channel.fetch?.(ref)) ?? []).equals(PNG)).toBe(true)
      await expect(subject.channel.fetch?.('no-such-file')).rejects.toBeInstanceOf(SendError)
    })

    it('keeps what is said in a group and in private apart, both ways', async ({ skip }) => {
      const { group, channel, sender } = subject
      if (group === undefined) skip('the channel has no groups')
      else {
        await channel.start(keep)
        await group.write('hello all')
        await subject.write('only you')
        await eventually(() => expect(kept).toHaveLength(2))
        const [inGroup, inPrivate] = kept.toSorted((a) => (a.group === undefined ? 1 : -1))
        expect(inGroup).toMatchObject({ sender, group: group.id, content: { text: 'hello all' } })
        expect(inPrivate).toMatchObject({ sender, content: { text: 'only you' } })
        expect(inPrivate).not.toHaveProperty('group')
        await channel.send(group.id, { text: 'Welcome, all' })
        await channel.send(sender, { text: 'Welcome' })
        const texts = (shown: readonly Shown[]): string[] => shown.map(({ text }) => text)
        await eventually(async () => expect(texts(await group.shown())).toEqual(['Welcome, all']))
        await eventually(async () => expect(texts(await subject.shown())).toEqual(['Welcome']))
      }
    })

    it('asks a poll as the provider does, and says who voted what', async ({ skip }) => {
      const { group, channel, sender } = subject
      if (!channel.capabilities.polls) skip('the channel has no polls')
      if (group === undefined || subject.vote === undefined) skip('nobody votes here')
      else {
        await channel.start(keep)
        const receipt = await channel.send(group.id, { text: '', poll: POLL })
        await eventually(async () => expect((await group.shown()).at(-1)?.poll).toBeDefined())
        const { question, options, correct } = POLL
        expect((await group.shown()).at(-1)?.poll).toMatchObject({ question, options, correct })
        await subject.vote?.(1)
        await eventually(() => expect(kept).toHaveLength(1))
        const poll = receipt ? (receipt.poll ?? receipt.ref) : undefined
        expect(kept[0]).toMatchObject({ sender, content: { kind: 'vote', poll, options: [1] } })
      }
    })

    it('writes a poll out where the provider has none', async ({ skip }) => {
      const { channel, sender } = subject
      if (channel.capabilities.polls) skip('the channel has polls')
      await channel.start(keep)
      await channel.send(sender, { text: '', poll: POLL })
      await eventually(async () => expect(await subject.shown()).toHaveLength(1))
      const [shown] = await subject.shown()
      for (const words of [POLL.question, ...POLL.options]) expect(shown?.text).toContain(words)
    })

    it('replaces the text of a message it has sent', async ({ skip }) => {
      const { group, channel, sender } = subject
      if (!channel.capabilities.edits) skip('nothing that was sent can be changed')
      await channel.start(keep)
      const to = group?.id ?? sender
      const shown = () => (group ?? subject).shown()
      const receipt = await channel.send(to, { text: 'Here: nobody' })
      await channel.send(to, { text: 'Here: Joseph', edits: (receipt ?? { ref: '' }).ref })
      await eventually(async () => expect((await shown()).map(({ text }) => text)).toEqual(['Here: Joseph']))
    })

    it.for(['blocked', 'refused', 'limited', 'unavailable'] as const)(
      'says that a message was %s, and sends the next',
      async (reason, { skip }) => {
        if (subject.refuse === undefined) skip('there is no provider that could refuse')
        await subject.channel.start(keep)
        subject.refuse?.(reason)
        const error: unknown = await subject.channel.send(subject.sender, { text: 'a secret text' }).then(
          () => expect.unreachable('it was sent'),
          (thrown: unknown) => thrown,
        )
        expect(error).toBeInstanceOf(SendError)
        expect(error).toMatchObject({ reason })
        expect(String(error)).not.toContain('secret')
        await subject.channel.send(subject.sender, { text: 'the next' })
        await eventually(async () =>
          expect((await subject.shown()).map(({ text }) => text)).toEqual(['the next']),
        )
      },
    )
  })
}
