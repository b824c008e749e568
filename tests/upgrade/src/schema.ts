import type pg from 'pg';

export interface Column {
  name: string;
  type: string;
  /** The database fills it in itself, whatever is given. */
  generated: boolean;
}

export interface Table {
  name: string;
  columns: Column[];
}

type Row = Record<string, unknown>;

const VALUES: [RegExp, (n: number) => unknown][] = [
  [/\[\]$/, () => []],
  [/^jsonb?$/, () => '{}'],
  [/^(smallint|integer|bigint|numeric|real|double)/, (n) => n],
  [/^boolean$/, () => true],
  [/^uuid$/, (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`],
  [/^bytea$/, (n) => Buffer.from([n])],
  [/^timestamp/, () => '2026-01-02T03:04:05Z'],
  [/^date$/, () => '2026-01-02'],
  [/^time/, () => '02:00:00'],
];
const valueOf = (type: string, n: number): unknown => (VALUES.find(([pattern]) => pattern.test(type))?.[1] ?? ((k: number) => `value-${k}`))(n);

/** Tables of a schema with their columns, the migrations' own left out. */
export async function tablesOf(client: pg.Client, schema: string): Promise<Table[]> {
  const { rows } = await client.query<{ table: string; name: string; type: string; generated: boolean }>(
    `select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attidentity <> '' or a.attgenerated <> '' as generated
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'migrations' order by c.relname, a.attname`, [schema]);
  const tables = new Map<string, Column[]>();
  for (const { table, ...column } of rows) tables.set(table, [...(tables.get(table) ?? []), column]);
  return [...tables].map(([name, columns]) => ({ name, columns }));
}

/** Columns, defaults, indexes and constraints of a schema, one per line: the same for two schemas that are alike. */
export async function describeSchema(client: pg.Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(
    `select format('%s.%s %s not null %s default %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) as line
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
       where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'migrations'
     union all select indexdef from pg_indexes where schemaname = $2 and tablename <> 'migrations'
     union all select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint where connamespace = $1::regnamespace and conrelid <> 0 and conrelid::regclass::text !~ 'migrations$'
     union all select format('%s%s', oid::regprocedure, prosrc) from pg_proc where pronamespace = $1::regnamespace
     order by 1`, [schema, schema]);
  return rows.map((r) => r.line);
}

/** The words that check constraints allow, by table and column. */
async function allowedWords(client: pg.Client, schema: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ table: string; definition: string }>(
    `select conrelid::regclass::text as "table", pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'c' and connamespace = $1::regnamespace`, [schema]);
  return new Map(rows.flatMap(({ table, definition }) => {
    const found = /\(?(\w+)\)? = ANY \(ARRAY\['([^']*)'/.exec(definition);
    return found ? [[`${table.split('.').at(-1)}.${found[1]}`, String(found[2])] as const] : [];
  }));
}

/** Puts one row into each table: every column filled with a value of its type; `n` tells rows apart. Tables that others refer to come first. */
export async function fill(client: pg.Client, schema: string, tables: Table[], n: number): Promise<void> {
  const words = await allowedWords(client, schema);
  let waiting = tables;
  while (waiting.length > 0) {
    const failed: { table: Table; error: Error }[] = [];
    for (const table of waiting) {
      const given = table.columns.filter((c) => !c.generated);
      // Nothing may count more than what was planned.
      const values = given.map((c) => (c.name === 'planned' ? 1_000 : (words.get(`${table.name}.${c.name}`) ?? valueOf(c.type, n))));
      const sql = `insert into ${schema}.${table.name} (${given.map((c) => c.name).join(', ')}) values (${given.map((_, i) => `$${i + 1}`).join(', ')})`;
      await client.query(sql, values).catch((error: Error) => failed.push({ table, error }));
    }
    if (failed.length === waiting.length) throw new Error(failed.map((f) => `${f.table.name}: ${f.error.message}`).join('; '));
    waiting = failed.map((f) => f.table);
  }
}

/** All rows of these tables, in these columns, as text. */
export async function rowsOf(client: pg.Client, schema: string, tables: Table[]): Promise<Record<string, Row[]>> {
  const all: Record<string, Row[]> = {};
  for (const table of tables) {
    const columns = table.columns.map((c) => `${c.name}::text as ${c.name}`).join(', ');
    all[table.name] = (await client.query<Row>(`select ${columns} from ${schema}.${table.name} order by 1`)).rows;
  }
  return all;
}
