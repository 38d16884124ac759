import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '../store/db.ts'
import { failedMessageState } from '../store/failed-messages.ts'
import { followUpState } from '../store/follow-ups.ts'
import { outboxState } from '../store/outbox.ts'
import type { Clock } from '../words/clock.ts'
import type { Meter } from '../words/meter.ts'

export interface Metrics {
  readonly registry: Registry
  readonly meter: Meter
  /** Reads the figures that stand in the database, and takes how the channels of this process are. */
  measure(channels?: readonly { readonly name: string; readonly phase: string }[]): Promise<void>
}

/** The service's figures for Prometheus. Labels are channels and kinds, never people. */
export function makeMetrics(database: Database, clock: Clock): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const received = new Counter({
    name: 'preceptor_messages_received_total',
    help: 'Messages taken in',
    labelNames: ['channel', 'what'],
    registers,
  })
  const sent = new Counter({
    name: 'preceptor_messages_sent_total',
    help: 'Bubbles sent or given up',
    labelNames: ['channel', 'what'],
    registers,
  })
  const turns = new Histogram({
    name: 'preceptor_turn_seconds',
    help: 'From a batch being begun to its commit',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  const batches = new Histogram({
    name: 'preceptor_batch_messages',
    help: 'Messages in one batch',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  })
  const followUps = new Counter({
    name: 'preceptor_follow_ups_total',
    help: 'Follow-ups that came due',
    labelNames: ['kind', 'what'],
    registers,
  })
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers })
  const waiting = gauge('preceptor_outbox_waiting', 'Turns owed', ['channel'])
  const age = gauge('preceptor_outbox_oldest_seconds', 'Age of the oldest turn owed', ['channel'])
  const failed = gauge('preceptor_outbox_failed', 'Turns given up, waiting for people to look', ['channel'])
  const held = gauge('preceptor_outbox_held', 'Turns held until their people write', ['channel'])
  const aside = gauge('preceptor_messages_set_aside', 'Messages that failed alone', ['channel'])
  const phases = gauge('preceptor_channel_phase', '1 for the phase a channel of this process is in', [
    'channel',
    'phase',
  ])
  const late = gauge('preceptor_follow_ups_late', 'Follow-ups overdue')
  const broken = gauge('preceptor_follow_ups_failed', 'Follow-ups given up, waiting for people to look')
  return {
    registry,
    meter: {
      received: (channel, what, count) => received.inc({ channel, what }, count),
      sent: (channel, what) => sent.inc({ channel, what }),
      committed(messages, seconds) {
        batches.observe(messages)
        turns.observe(seconds)
      },
      followUp: (kind, what) => followUps.inc({ kind, what }),
    },
    async measure(channels = []) {
      phases.reset()
      for (const { name, phase } of channels) phases.set({ channel: name, phase }, 1)
      const now = clock.now()
      for (const gaugeOfChannels of [waiting, age, failed, held, aside]) gaugeOfChannels.reset()
      for (const state of await outboxState(database)) {
        const { channel } = state
        waiting.set({ channel }, state.waiting)
        age.set({ channel }, state.oldest === null ? 0 : Math.max(0, (now - state.oldest) / 1000))
        failed.set({ channel }, state.failed)
        held.set({ channel }, state.held)
      }
      for (const state of await failedMessageState(database))
        aside.set({ channel: state.channel }, state.failed)
      const state = await followUpState(database, now)
      late.set(state.late)
      broken.set(state.failed)
    },
  }
}
