/** A command as the usage shows it: its words, and what it needs after them. */
interface Command {
  readonly words: readonly string[]
  readonly needs: readonly string[]
}

const LINE = /^ {2}([a-z][a-z-]*(?: [a-z][a-z-]*)*)((?: (?:[A-Z][^ ]*|--[a-z]+|\[[^\]]+\]))*)(?: |$)/gm

const commandsIn = (usage: string): Command[] =>
  [...usage.matchAll(LINE)].map(([, words = '', needs = '']) => ({
    words: words.split(' '),
    needs: needs.split(' ').filter((need) => need !== ''),
  }))

/** What was wrong with a command that could not be run, and how the ones like it are written. */
export function misunderstood(usage: string, args: readonly string[]): string {
  const commands = commandsIn(usage)
  const [, name = ''] = /^Usage: (.*) -- /.exec(usage) ?? []
  const written = ({ words, needs }: Command): string => `  ${name} -- ${[...words, ...needs].join(' ')}`
  const meant = commands.find(({ words }) => words.every((word, at) => args[at] === word))
  if (meant) {
    const [needed = ''] = meant.needs.join(' ').split(/ ?\[/)
    return `"${meant.words.join(' ')}" needs ${needed} after it:\n\n${written(meant)}`
  }
  const alike = commands.filter(({ words }) => words[0] === args[0])
  const said = args.slice(0, alike.length > 0 ? 2 : 1).join(' ')
  const lines = (alike.length > 0 ? alike : commands).map(written).join('\n')
  return `There is no command "${said}". There are:\n\n${lines}\n\nWhat each does: ${name} -- help`
}
