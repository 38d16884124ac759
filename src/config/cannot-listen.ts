import { ConfigError } from './config.ts'

/** The mistake in HOST or PORT that shows only when the service wants to listen; undefined: the code tells of none. */
export function cannotListen(code: string): ConfigError | undefined {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
      return new ConfigError([
        {
          variable: 'HOST',
          problem: 'is no address of this machine',
          remedy: 'Write 127.0.0.1 for this machine alone, or 0.0.0.0 for all.',
        },
      ])
    case 'EACCES':
      return new ConfigError([
        {
          variable: 'PORT',
          problem: 'is not open to the user of the service',
          remedy: 'Write a port from 1024 on, such as 3000, and put a proxy in front.',
        },
      ])
    default:
      return undefined
  }
}
