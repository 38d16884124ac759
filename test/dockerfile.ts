// What a Dockerfile says, as far as tests ask.
import { join } from 'node:path'
import { z } from 'zod'

interface Instruction {
  readonly word: string
  readonly rest: string
}

export interface Dockerfile {
  /** What stands behind this word, in every stage. */
  all(word: string): string[]
  /** What stands behind this word in the image itself, the last one counting; '' without it. */
  final(word: string): string
  /** The words of the last stage, in order. */
  finalWords(): string[]
  /** The list behind this word in the last stage: a command and its arguments. */
  command(word: 'CMD' | 'ENTRYPOINT' | 'HEALTHCHECK'): string[]
  /** The variables the image sets. */
  environment(): Record<string, string>
  /** What the last stage copies from that stage, or from the project, as [source, target in the image]. */
  copies(from: string | undefined): [string, string][]
}

/** Reads a Dockerfile whose commands are written as lists. */
export function readDockerfile(text: string): Dockerfile {
  const stages = readStages(text)
  const image = stages.at(-1) ?? []
  const final = (word: string): string => image.findLast((one) => one.word === word)?.rest ?? ''
  return {
    all: (word) => stages.flat().flatMap((one) => (one.word === word ? [one.rest] : [])),
    final,
    finalWords: () => image.map(({ word }) => word),
    command: (word) => z.array(z.string()).parse(JSON.parse(final(word).replace(/^.*?(?=\[)/, ''))),
    environment() {
      const pairs = final('ENV').split(' ')
      return Object.fromEntries(pairs.map((pair) => [pair.replace(/=.*/, ''), pair.replace(/^\w+=/, '')]))
    },
    copies: (from) => image.flatMap((one) => (one.word === 'COPY' ? readCopy(one.rest, from) : [])),
  }
}

function readStages(text: string): Instruction[][] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  const stages: Instruction[][] = []
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    if (word === 'FROM') stages.push([])
    stages.at(-1)?.push({ word, rest })
  }
  return stages
}

function readCopy(rest: string, from: string | undefined): [string, string][] {
  const [, stage, paths = ''] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(rest) ?? []
  if (stage !== from) return []
  const names = paths.split(/\s+/)
  const target = names.at(-1) ?? ''
  return names.slice(0, -1).map((name) => [name, target.endsWith('/') ? join(target, name) : target])
}
