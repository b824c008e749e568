import { useQueries } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { CrmRecord, Page } from '../api/types.ts';
import type { NamedRecord } from './kind-view.ts';

const AT_ONCE = 100;

/** Records of the CRM by object and id, as far as the mirror has them; undefined while asked for, and where it does not. */
export type CrmNames = (object: string, crmId: string | undefined) => CrmRecord | undefined;

/** As many as are asked for at once, in an order that stays while more are added. */
function portions(wanted: readonly NamedRecord[]): { object: string; ids: string[] }[] {
  const byObject = new Map<string, Set<string>>();
  for (const { object, crmId } of wanted) if (crmId) byObject.set(object, (byObject.get(object) ?? new Set()).add(crmId));
  return [...byObject].flatMap(([object, ids]) => {
    const all = [...ids];
    return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) => ({ object, ids: all.slice(i * AT_ONCE, (i + 1) * AT_ONCE) }));
  });
}

/** Names for ids. They make a table easier to read, and nothing depends on them: without them ids are shown. */
export function useCrmNames(connectionId: string | undefined, wanted: readonly NamedRecord[]): CrmNames {
  const found = useQueries({
    queries: portions(wanted).map(({ object, ids }) => ({
      queryKey: ['crm-records', connectionId, object, ids], enabled: Boolean(connectionId), staleTime: 60_000, retry: false,
      queryFn: () => api.get<Page<CrmRecord>>(`/connections/${connectionId}/records?object=${object}&limit=${AT_ONCE}&crmIds=${ids.map(encodeURIComponent).join(',')}`).then(({ items }) => ({ object, items })),
    })),
  });
  const known = new Map(found.flatMap(({ data }) => (data ? data.items.map((record) => [`${data.object}/${record.crmId}`, record] as const) : [])));
  return (object, crmId) => (crmId ? known.get(`${object}/${crmId}`) : undefined);
}
