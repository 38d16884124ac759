/** Prints one line to whoever called the command. */
export type Say = (line: string) => void

export const toStdout: Say = (line) => void process.stdout.write(`${line}\n`)
