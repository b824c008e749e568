export interface ServerSettings {
  port: number;
  maxConnections: number;
  /** As PostgreSQL writes it: '48MB'. */
  sharedBuffers: string;
  /** No fsync: quick, and lost with the machine. For tests only. */
  fast: boolean;
}

/** Settings for a server that shares one machine with the product: little memory, no replication, no parallel workers. */
export function serverSettings({ port, maxConnections, sharedBuffers, fast }: ServerSettings): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: maxConnections,
    superuser_reserved_connections: 2,
    shared_buffers: sharedBuffers,
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '512MB',
    wal_buffers: '2MB',
    max_worker_processes: 1,
    max_parallel_workers: 0,
    max_parallel_workers_per_gather: 0,
    max_parallel_maintenance_workers: 0,
    autovacuum_max_workers: 1,
    autovacuum_naptime: '30s',
    io_method: 'sync',
    huge_pages: 'off',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] %a ',
  };
  if (fast) Object.assign(settings, { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
