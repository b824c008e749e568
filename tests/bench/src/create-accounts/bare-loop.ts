import jsforce from 'jsforce';

export interface BareResult {
  created: number;
  seconds: number;
  calls: number;
}

/** What anyone would write without the product: jsforce, one Composite call of 5 x 200 after the other. */
export async function bareLoop(org: { url: string; clientId: string; clientSecret: string }, records: Record<string, unknown>[]): Promise<BareResult> {
  const conn = new jsforce.Connection({ loginUrl: org.url, version: '60.0', oauth2: { clientId: org.clientId, clientSecret: org.clientSecret, loginUrl: org.url } });
  await conn.authorize({ grant_type: 'client_credentials' } as never);
  const startedMs = performance.now();
  let created = 0;
  let calls = 0;
  for (let at = 0; at < records.length; at += 1000) {
    const compositeRequest = [];
    for (let i = at; i < Math.min(at + 1000, records.length); i += 200) {
      const rows = records.slice(i, Math.min(i + 200, at + 1000)).map((r) => ({ attributes: { type: 'Account' }, ...r }));
      compositeRequest.push({ method: 'PATCH', url: '/services/data/v60.0/composite/sobjects/Account/Signalbox_Id__c', referenceId: `r${i}`, body: { allOrNone: false, records: rows } });
    }
    const answer = await conn.requestPost<{ compositeResponse: { body: { success: boolean }[] }[] }>('/composite', { allOrNone: false, compositeRequest });
    calls += 1;
    for (const part of answer.compositeResponse) created += part.body.filter((r) => r.success).length;
  }
  return { created, calls, seconds: (performance.now() - startedMs) / 1000 };
}
