import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who administers a workspace may look after its parked messages; nobody else gains anything. */
export class Operations1795397000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`update users set permissions = permissions || array['OPERATIONS_READ', 'OPERATIONS_WRITE']
      where 'WORKSPACE_ADMIN' = any(permissions) and not 'OPERATIONS_READ' = any(permissions)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['users', 'api_tokens']) {
      await runner.query(`update ${table} set permissions = array_remove(array_remove(permissions, 'OPERATIONS_READ'), 'OPERATIONS_WRITE')`);
    }
  }
}
