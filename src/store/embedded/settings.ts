/**
 * How our own PostgreSQL runs: nothing acknowledged is ever lost, nobody outside this machine reaches it, and its
 * log holds no statement and no value. Given at every start, so that a new version of the service brings its own.
 */
export const SETTINGS = {
  listen_addresses: '127.0.0.1',
  password_encryption: 'scram-sha-256',
  // One service with a few pools; every connection costs memory.
  max_connections: '60',

  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',

  shared_buffers: '128MB',
  // Few, spread checkpoints: each one makes every page be written whole once more.
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  wal_compression: 'off',

  // Disks of today read any page as fast as the next. With the default (four times dearer) a batch of a hundred sessions
  // was found by reading the whole table.
  random_page_cost: '1.1',

  // Sessions, outbox and follow-ups are small tables whose rows change all the time.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_vacuum_threshold: '500',
  autovacuum_analyze_scale_factor: '0.05',

  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%Y%m%d-%H%M%S.log',
  log_rotation_age: '1d',
  log_rotation_size: '10MB',
  log_file_mode: '0600',
  // Errors of statements quote the values they stumble over; the service hears of them anyway. What concerns the
  // server itself (LOG, FATAL, PANIC) is kept, without the details that would quote a running statement.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
} as const satisfies Record<string, string>

/** With 10 MB a file, the log never takes more than about 50 MB. */
export const LOG_FILES_KEPT = 5
