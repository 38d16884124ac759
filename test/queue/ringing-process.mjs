// A process that is killed in the middle of a ring: it says that it rings, and never ends.
const [, , module, options] = process.argv
const { createAlarmClock } = await import(module)
const ignore = () => {}
const clock = createAlarmClock({ ...JSON.parse(options), log: { info: ignore, warn: ignore, error: ignore } })
await clock.start((id) => {
  process.stdout.write(`ringing ${id}\n`)
  return new Promise(ignore)
})
