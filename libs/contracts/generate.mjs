/**
 * Makes src/generated from proto/: messages and service definitions by ts-proto, and the registries (topics, RPCs,
 * permissions) from the options in the proto. `--check` writes nothing and fails when the committed output differs.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const proto = join(root, 'proto');
const out = join(here, 'src/generated');
const bin = join(root, 'node_modules/.bin');
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
const buf = (...args) => execFileSync(join(bin, 'buf'), args, { cwd: proto, env, maxBuffer: 64 << 20 });

const RPC = '[signalbox.options.v1.rpc]';
const EVENT = '[signalbox.options.v1.event]';
const camel = (s) => s.replace(/_([a-z])/g, (_, c) => c.toUpperCase());
const aliasOf = (file) => camel(file.replace(/^signalbox\//, '').replace(/\.proto$/, '').replace(/\//g, '_'));

function readImage() {
  const files = JSON.parse(buf('build', '-o', '-#format=json').toString()).file;
  return files.filter((f) => f.name.startsWith('signalbox/'));
}

function collect(files) {
  const rpcs = [];
  const topics = [];
  const services = [];
  for (const file of files) {
    for (const service of file.service ?? []) {
      services.push({ file: file.name, name: service.name, full: `${file.package}.${service.name}` });
      for (const method of service.method) {
        const options = method.options?.[RPC];
        if (!options?.permission || !options.idempotency) throw new Error(`${service.name}.${method.name}: option (signalbox.options.v1.rpc) needs a permission and an idempotency`);
        rpcs.push({ path: `/${file.package}.${service.name}/${method.name}`, ...options });
      }
    }
    for (const message of file.messageType ?? []) {
      const event = message.options?.[EVENT];
      if (!event) continue;
      const fields = message.field.map((f) => f.name);
      for (const key of ['workspace_id', ...(event.keyFields ?? [])]) {
        if (!fields.includes(key)) throw new Error(`${message.name}: the key field ${key} is not one of its fields`);
      }
      topics.push({ file: file.name, message: message.name, ...event });
    }
  }
  return { rpcs, topics, services };
}

function permissionsOf(files) {
  const options = files.find((f) => f.name === 'signalbox/options/v1/options.proto');
  const values = options.enumType.find((e) => e.name === 'Permission').value;
  return values.map((v) => v.name.replace(/^PERMISSION_/, '')).filter((n) => n !== 'UNSPECIFIED');
}

function registrySource(files) {
  const { rpcs, topics, services } = collect(files);
  const needed = [...new Set([...topics, ...services].map((x) => x.file))].sort();
  const lines = ['// Generated from proto/ by libs/contracts/generate.mjs. Do not edit.', "import type { EventTopic, RpcRule } from '../registry-types.ts';"];
  for (const file of needed) lines.push(`import * as ${aliasOf(file)} from './${file.replace(/\.proto$/, '.ts')}';`);
  lines.push('', '/** Every permission, as tokens carry them. */');
  lines.push(`export const PERMISSIONS = [${permissionsOf(files).map((p) => `'${p}'`).join(', ')}] as const;`);
  lines.push('export type PermissionName = (typeof PERMISSIONS)[number];');
  lines.push('', '/** Every topic: name, ordering key, partitions, consumers and codec. */', 'export const TOPICS = {');
  for (const t of topics) {
    const key = ['workspace_id', ...(t.keyFields ?? [])].map((k) => `String(m.${camel(k)})`).join(" + '/' + ");
    const codec = `${aliasOf(t.file)}.${t.message}`;
    lines.push(`  ${t.message[0].toLowerCase()}${t.message.slice(1)}: {`, `    name: '${t.topic}',`, `    message: 'signalbox.${t.file.split('/')[1]}.v1.${t.message}',`,
      `    partitions: ${t.partitions},`, `    consumers: [${(t.consumers ?? []).map((c) => `'${c}'`).join(', ')}],`,
      `    key: (m) => ${key},`, '    workspaceId: (m) => m.workspaceId,',
      `    encode: (m) => ${codec}.encode(m).finish(),`, `    decode: (bytes) => ${codec}.decode(bytes),`, `  } satisfies EventTopic<${codec}> as EventTopic<${codec}>,`);
  }
  lines.push('} as const;', '', '/** Every RPC: who may call it, whether it may be repeated, and its deadline. */', 'export const RPCS: Readonly<Record<string, RpcRule>> = {');
  for (const r of rpcs) {
    lines.push(`  '${r.path}': { permission: '${r.permission.replace(/^PERMISSION_/, '')}', idempotency: '${r.idempotency.replace(/^IDEMPOTENCY_/, '')}', timeoutMs: ${r.timeoutMs ?? 0} },`);
  }
  lines.push('};', '', '/** Every gRPC service, by its full name. */', 'export const SERVICES = {');
  for (const s of services) lines.push(`  '${s.full}': ${aliasOf(s.file)}.${s.name}Definition,`);
  lines.push('} as const;', '');
  return lines.join('\n');
}

function generate(out) {
  mkdirSync(out, { recursive: true });
  const template = readFileSync(join(proto, 'buf.gen.yaml'), 'utf8').replace(/^(\s*out:\s*).*$/gm, (_, key) => key + JSON.stringify(out));
  const file = join(mkdtempSync(join(tmpdir(), 'contracts-')), 'buf.gen.yaml');
  writeFileSync(file, template);
  buf('generate', '--template', file);
  rmSync(dirname(file), { recursive: true });
  const files = readImage();
  writeFileSync(join(out, 'registry.ts'), registrySource(files));
  // The same contract as one descriptor set, for gRPC reflection.
  writeFileSync(join(out, 'descriptors.ts'), `// Generated from proto/ by libs/contracts/generate.mjs. Do not edit.\n/** FileDescriptorSet of the whole contract, base64. */\nexport const DESCRIPTOR_SET_BASE64 =\n  '${buf('build', '-o', '-#format=binpb', '--as-file-descriptor-set').toString('base64')}';\n`);
}

function listing(dir, base = dir) {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? listing(path, base) : [relative(base, path)];
  }).sort();
}

// Into a folder aside first: others may read what is there while this runs, and a mistake in proto/ leaves it as it was.
const aside = mkdtempSync(join(tmpdir(), 'contracts-'));
const fresh = join(aside, 'generated');
try {
  generate(fresh);
  const [before, after] = [existsSync(out) ? listing(out) : [], listing(fresh)];
  const gone = before.filter((f) => !after.includes(f));
  const differs = after.filter((f) => !before.includes(f) || !readFileSync(join(fresh, f)).equals(readFileSync(join(out, f))));
  if (!process.argv.includes('--check')) {
    for (const f of gone) rmSync(join(out, f));
    for (const f of differs) cpSync(join(fresh, f), join(out, f));
  } else if (gone.length + differs.length > 0) {
    console.error(`libs/contracts/src/generated is not what proto/ says (${[...gone, ...differs].join(', ')}): run node libs/contracts/generate.mjs and commit the result`);
    process.exitCode = 1;
  } else {
    console.log('generated contracts are up to date');
  }
} finally {
  rmSync(aside, { recursive: true });
}
