import type { LegalFormTable } from './table.ts';

/**
 * Legal forms of Turkey, the Middle East and Africa. Sources: ISO 20275 ELF code list (GLEIF, CC0); Türk Ticaret Kanunu
 * (TR), companies laws of the Gulf states, Egypt (159/1981), Israel (1999) and Iran (Commercial Code), the OHADA uniform act
 * (17 states of West and Central Africa), Companies Act 71 of 2008 (ZA), CAMA (NG).
 */
export const MIDDLE_EASTERN_AND_AFRICAN_FORMS: LegalFormTable = {
  'TR': {
    suffixes: [
      'A.Ş.', 'AŞ', 'A.O.', 'T.A.Ş.', 'TAŞ', 'T.A.O.', 'Ltd. Şti.', 'Ltd Şti', 'Şti.', 'Limited Şti.', 'anonim şirketi', 'limited şirketi', 'anonim ortaklığı', 'kollektif şirketi', 'komandit şirketi', 'şirketi',
      'San. ve Tic. A.Ş.', 'San. ve Tic. Ltd. Şti.', 'San. Tic. A.Ş.', 'San. Tic. Ltd. Şti.', 'Sanayi ve Ticaret A.Ş.', 'Sanayi ve Ticaret Ltd. Şti.', 'Sanayi ve Ticaret Anonim Şirketi', 'Sanayi ve Ticaret Limited Şirketi', 'Sanayi Ticaret A.Ş.', 'Sanayi Ticaret Ltd. Şti.', 'Sanayii ve Ticaret A.Ş.', 'Tic. ve San. A.Ş.', 'Tic. ve San. Ltd. Şti.', 'Ticaret ve Sanayi A.Ş.', 'Tic. A.Ş.', 'Tic. Ltd. Şti.', 'Ticaret A.Ş.', 'Ticaret Ltd. Şti.', 'San. A.Ş.', 'San. Ltd. Şti.', 'Sanayi A.Ş.',
    ],
  },
  'IL PS': { suffixes: ['בע"מ', 'בע״מ', 'בעמ', 'Ltd', 'B.M.', 'BM', 'ע"ר', 'חל"צ', 'L.T.D.'] },
  'AE SA KW QA BH OM': {
    suffixes: [
      'LLC', 'L.L.C.', 'L.L.C. S.P.C.', 'PJSC', 'PrJSC', 'PSC', 'P.S.C.', 'FZCO', 'FZ-LLC', 'FZ LLC', 'FZE', 'FZC', 'DMCC', 'DWC LLC', 'DMCC Branch', 'L.L.C-FZ', 'WLL', 'W.L.L.', 'BSC', 'B.S.C.', 'B.S.C. (c)', 'BSC Closed', 'KSCP', 'K.S.C.P.', 'KSC', 'K.S.C.', 'KSCC', 'K.S.C. (Closed)', 'KPSC', 'K.P.S.C.', 'QPSC', 'Q.P.S.C.', 'QSC', 'Q.S.C.', 'QFC LLC', 'SAOG', 'S.A.O.G.', 'SAOC', 'S.A.O.C.', 'SPC', 'S.P.C.', 'SJSC', 'Saudi Joint Stock Company', 'JSC Closed', 'CJSC', 'Sole Proprietorship', 'CO WLL', 'Co LLC', 'Company LLC', 'LLC SPC', 'LLC OPC', 'L.L.C. O.P.C.',
      'ذ.م.م', 'ش.م.م', 'ش.م.ع', 'ش.م.ب', 'ش.م.ك', 'ش.م.ق', 'ش.م.ع.ع', 'ش.ذ.م.م', 'المحدودة', 'ذات مسؤولية محدودة', 'شركة مساهمة', 'مساهمة عامة', 'ش.ش.و',
    ],
    prefixes: ['شركة', 'مؤسسة'],
  },
  'EG LB SY JO IQ YE SD LY': { suffixes: ['SAE', 'S.A.E.', 'SAL', 'S.A.L.', 'SAL Offshore', 'S.A.R.L.', 'P.S.C.', 'PLC', 'JSC', 'LLC', 'W.L.L.', 'ش.م.ل', 'ش.م.س', 'ش.م.ل.', 'SARL'] },
  'IR AF': { suffixes: ['PJS', 'PJSC', 'P.J.S.', 'Co PJS', 'سهامی عام', 'سهامی خاص', '(سهامی عام)', 'با مسئولیت محدود', 'sahami am', 'sahami khass', 'sherkat sahami', 'private joint stock', 'public joint stock'], prefixes: ['شرکت', 'موسسه'] },
  'MA DZ TN MR': { suffixes: ['SARL', 'SARLAU', 'SARL AU', 'SARL à associé unique', 'S.A.R.L. A.U.', 'SUARL', 'SURL', 'EURL', 'SPA', 'SA', 'SNC', 'SCS', 'EPE SPA', 'SPA EPE', 'SNC et Cie', 'ش.ذ.م.م'], prefixes: ['SARL', 'EURL'] },
  'SN CI CM ML BF NE TG BJ GA CG CD TD CF GN GQ KM': { suffixes: ['SA', 'SARL', 'SARLU', 'SUARL', 'SAS', 'SASU', 'SAU', 'GIE', 'SA avec CA', 'SCOOPS', 'SCOOP-CA', 'SA CA', 'société anonyme unipersonnelle'], prefixes: ['Établissements', 'SARL'] },
  'ZA NA BW SZ LS ZW ZM MW': { suffixes: ['(Pty) Ltd', 'Pty Ltd', '(Pty) Limited', '(Proprietary) Limited', 'Pty', 'RF', '(RF) Limited', 'SOC Ltd', 'SOC Limited', 'NPC', 'NPC RF', 'CC', 'Inc', 'Ltd', '(Pvt) Ltd', '(Private) Limited', 'EDMS BPK', 'Bpk', 'Beperk', 'Eiendoms Beperk', '(Edms) Bpk', 'Co-op Ltd'] },
  'NG GH KE UG TZ RW ET SS SL LR GM MU SC MG': { suffixes: ['Ltd', 'Limited', 'PLC', 'Ltd GTE', 'Ltd/GTE', 'GTE', 'LBG', 'Ltd LBG', 'UnLtd', 'S.C.', 'Share Company', 'Private Limited Company', 'P.L.C.', 'Ltee', 'SARLU', 'EI'] },
};
