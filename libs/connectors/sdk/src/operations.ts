import { invalid } from '@signalbox/kernel';
import { objectOf, type ConnectorManifest, type WriteOperation } from './manifest.ts';

/** What every CRM can do with any object that it has, also with those that the manifest does not name. */
const EVERYWHERE: readonly WriteOperation[] = ['create', 'update'];

/**
 * Refuses by name what a CRM cannot do with an object (CLC-1), before anything is sent.
 * @throws Invalid `<name>.operation_unknown`
 */
export function checkOperation(manifest: ConnectorManifest, object: string, operation: WriteOperation): void {
  const known = objectOf(manifest, object);
  if ((known?.operations ?? EVERYWHERE).includes(operation)) return;
  throw invalid(`${manifest.name}.operation_unknown`, `${manifest.label} connections cannot ${operation} records of the object '${known?.label ?? object}'. Choose a connection to a CRM that can.`, { field: 'operation' });
}
