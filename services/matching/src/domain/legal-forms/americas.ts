import type { LegalFormTable } from './table.ts';

/**
 * Legal forms of the Americas, and those that the world took over from English. Sources: ISO 20275 ELF code list (GLEIF,
 * CC0); states' business corporation acts; Ley General de Sociedades Mercantiles (MX), Código Civil (BR), Ley 19.550 (AR),
 * Ley General de Sociedades (PE), Código de Comercio (CL, CO, VE).
 */
export const AMERICAN_FORMS: LegalFormTable = {
  'US CA': {
    suffixes: [
      'inc', 'incorporated', 'corp', 'corporation', 'co', 'company', 'llc', 'l l c', 'lllp', 'llp', 'lp', 'pc', 'pllc', 'pbc', 'ulc', 'nfp', 'na', 'limited liability company', 'limited liability co', 'limited partnership',
      'limited liability partnership', 'unlimited liability company', 'professional corporation', 'public benefit corporation', 'ltd liability co', 'corp ltd', 'inc ltd', 'co inc', 'company inc', 'corporation inc',
    ],
  },
  'CA HT': { suffixes: ['ltee', 'limitee', 'inc ltee', 'societe en commandite', 'senc', 'sencrl', 's.e.n.c.r.l.', 'enr'] },
  'MX': {
    suffixes: [
      'S.A. de C.V.', 'S.A.B. de C.V.', 'S.A.B.', 'S.A.P.I. de C.V.', 'S.A.P.I.', 'S. de R.L.', 'S. de R.L. de C.V.', 'S.C. de R.L.', 'S.C. de R.L. de C.V.', 'S.A.S. de C.V.', 'S.A. de C.V. SOFOM E.N.R.', 'SOFOM E.N.R.', 'SOFOM E.R.', 'S.P.R. de R.L.',
      'sociedad anonima de capital variable', 'sociedad anonima bursatil de capital variable', 'sociedad anonima promotora de inversion de capital variable', 'sociedad de responsabilidad limitada de capital variable', 'sociedad civil',
    ],
  },
  'AR UY PY BO': { suffixes: ['S.A.I.C.', 'S.A.I.C.F.', 'S.A.I.C.F.I.', 'S.A.C.I.F.', 'S.A.C.I.', 'S.A.C.I.F.I.A.', 'S.A.C.I.F.I.', 'S.A.C.I.F. y A.', 'S.A.U.', 'S.A.C.I. y F.', 'S.A.I. y C.', 'S.A.C. e I.', 'S.C.A.', 'S.C.S.', 'S.R.L.', 'S.A.S.'] },
  'PE EC': { suffixes: ['S.A.C.', 'S.A.A.', 'E.I.R.L.', 'S.R.L.', 'S.C.R.L.', 'sociedad anonima cerrada', 'sociedad anonima abierta', 'empresa individual de responsabilidad limitada', 'C. Ltda.', 'Cia. Ltda.', 'compania limitada', 'compania anonima', 'C.A.', 'S.A.S.'] },
  'CO': { suffixes: ['S.A.S.', 'S.A. E.S.P.', 'S.A.S. E.S.P.', 'E.S.P.', 'S.A. B.I.C.', 'S.A.S. B.I.C.', 'Ltda.', 'sociedad por acciones simplificada', 'S. en C.', 'S. en C.S.', 'S.C.A.'] },
  'CL': { suffixes: ['SpA', 'sociedad por acciones', 'Ltda.', 'y Cia. Ltda.', 'y compania limitada', 'E.I.R.L.', 'S.A.'] },
  'VE': { suffixes: ['C.A.', 'S.A.C.A.', 'C.A. S.A.C.A.', 'compania anonima', 'S.R.L.'] },
  'CR GT HN NI PA SV DO CU PR': { suffixes: ['S.A.', 'S.A. de C.V.', 'S. de R.L.', 'S.R.L.', 'Ltda. de C.V.', 'E.I.R.L.', 'sociedad anonima', 'C. por A.', 'S.A.S.', 'CSP', 'Cia. Ltda.'] },
  'BR': {
    suffixes: ['S/A', 'S.A.', 'Ltda.', 'Ltda. ME', 'Ltda. EPP', 'limitada', 'ME', 'EPP', 'MEI', 'EIRELI', 'EIRELI ME', 'EIRELI EPP', 'SLU', 'Cia. Ltda.', 'sociedade anonima', 'sociedade limitada', 'companhia limitada', 'SPE Ltda.', 'SPE S.A.', 'S.A. SCM'],
  },
  'JM TT BB BS BM KY VG GY BZ': { suffixes: ['Ltd.', 'limited', 'Inc.', 'SRL', 'IBC', 'LLC', 'LP', 'ltd liability', 'exempted limited partnership', 'exempted company'] },
};
