import type { LegalFormTable } from './table.ts';

/**
 * Legal forms from the Baltic to Central Asia, as written in Latin and in the country's own letters. Sources: ISO 20275 ELF
 * code list (GLEIF, CC0); KRS (PL), Obchodný register (SK), ARES (CZ), cégnyilvánosság (HU), ONRC (RO), Търговски регистър
 * (BG), AJPES (SI), Sudski registar (HR), APR (RS), Äriregister (EE), Uzņēmumu reģistrs (LV), Registrų centras (LT), ЕГРЮЛ
 * (RU), ЄДР (UA), ЕГР (BY), and the civil codes of the Caucasus and Central Asia.
 */
export const EASTERN_EUROPEAN_FORMS: LegalFormTable = {
  'PL': {
    suffixes: [
      'sp. z o.o.', 'sp. z o. o.', 'sp zoo', 'sp. z.o.o.', 'Sp. z o.o. sp.k.', 'Sp. z o.o. S.K.A.', 'Sp. z o.o. spółka komandytowa', 'S.A.', 'S.K.A.', 'sp. j.', 'sp. k.', 'sp. p.', 's.c.', 'spółka z o.o.', 'spółka z ograniczoną odpowiedzialnością', 'spółka akcyjna', 'spółka jawna', 'spółka komandytowa', 'spółka komandytowo-akcyjna', 'spółka cywilna', 'spółka partnerska', 'prosta spółka akcyjna',
    ],
    prefixes: ['P.P.H.U.', 'PPHU', 'P.H.U.', 'PHU', 'F.H.U.', 'FHU', 'P.P.H.', 'Z.P.H.', 'P.P.U.H.'],
  },
  'CZ SK': {
    suffixes: ['s.r.o.', 'sro', 'spol. s r.o.', 'spol. s r. o.', 'společnost s ručením omezeným', 'spoločnosť s ručením obmedzeným', 'a.s.', 'as', 'akciová společnost', 'akciová spoločnosť', 'v.o.s.', 'k.s.', 'kom. spol.', 'o.p.s.', 'z.s.', 'j.s.a.', 'spol sro', 'příspěvková organizace', 'v.v.i.', 'družstvo', 'státní podnik'],
  },
  'HU': { suffixes: ['Kft.', 'Zrt.', 'Nyrt.', 'Bt.', 'Rt.', 'Kkt.', 'Kht.', 'nonprofit Kft.', 'Nonprofit Zrt.', 'e.v.', 'korlátolt felelősségű társaság', 'zártkörűen működő részvénytársaság', 'nyilvánosan működő részvénytársaság', 'részvénytársaság', 'betéti társaság', 'egyéni cég', 'Kft. f.a.'] },
  'RO MD': {
    suffixes: ['S.R.L.', 'SRL', 'S.A.', 'S.R.L.-D.', 'SRL-D', 'S.N.C.', 'S.C.S.', 'P.F.A.', 'PFA', 'societate cu răspundere limitată', 'societate pe acțiuni', 'regie autonomă', 'Î.M.', 'S.P.R.L.'],
    prefixes: ['S.A.'],
  },
  'BG': {
    suffixes: ['EAD', 'EOOD', 'OOD', 'AD', 'ЕАД', 'ЕООД', 'ООД', 'АД', 'ЕТ', 'СД', 'КД', 'КДА', 'АДСИЦ', 'ADSIC', 'ДЗЗД', 'DZZD'],
    prefixes: ['ЕТ', 'СД'],
  },
  'SI HR BA RS ME MK XK AL': {
    suffixes: [
      'd.o.o.', 'd. o. o.', 'doo', 'd.d.', 'dd', 'a.d.', 'ad', 'j.d.o.o.', 'j.t.d.', 'k.d.', 'd.n.o.', 's.z.r.', 'd.o.o.e.l.', 'DOOEL', 'ДООЕЛ', 'д.о.о.', 'ДОО', 'а.д.', 'АД', 'd.d.o.', 'društvo s ograničenom odgovornošću', 'društvo sa ograničenom odgovornošću', 'družba z omejeno odgovornostjo', 'dioničko društvo', 'delniška družba', 'akcionarsko društvo', 'акционарско друштво', 'друштво са ограниченом одговорношћу',
      'jednostavno društvo s ograničenom odgovornošću', 'obrt', 'sh.p.k.', 'sh.a.', 'shpk', 'shoqëri me përgjegjësi të kufizuar', 'N.T.P.', 'N.Sh.', 'export-import doo',
    ],
    prefixes: ['AD', 'АД', 'ЈП', 'DOO', 'ДОО', 'N.T.P.', 'NTP', 'N.N.T.', 'NNT'],
  },
  'EE LV LT': {
    suffixes: ['OÜ', 'AS', 'UÜ', 'FIE', 'MTÜ', 'SA', 'osaühing', 'aktsiaselts', 'SIA', 'A/S', 'PSIA', 'IK', 'sabiedrība ar ierobežotu atbildību', 'akciju sabiedrība', 'UAB', 'AB', 'MB', 'VšĮ', 'uždaroji akcinė bendrovė', 'akcinė bendrovė', 'mažoji bendrija', 'viešoji įstaiga', 'žemės ūkio bendrovė'],
    prefixes: ['AS', 'SIA', 'UAB', 'VšĮ', 'MTÜ', 'uždaroji akcinė bendrovė', 'akcinė bendrovė', 'sabiedrība ar ierobežotu atbildību', 'akciju sabiedrība', 'viešoji įstaiga'],
  },
  'RU BY KZ KG UZ TM TJ': {
    suffixes: [
      'ООО', 'ОАО', 'ЗАО', 'ПАО', 'АО', 'НАО', 'НКО', 'ОДО', 'ИП', 'ИООО', 'СООО', 'ЧУП', 'УП', 'РУП', 'ТОО', 'КТ', 'ОсОО', 'ОАО НК', 'АК', 'ФГУП', 'ГУП', 'МУП', 'OOO', 'OAO', 'ZAO', 'PAO', 'AO', 'NAO', 'ODO', 'TOO', 'OsOO', 'FGUP', 'MChJ', 'QMJ', 'MCHJ QK', 'ҲК', 'ЖШС', 'АҚ', 'ЖАҚ', 'PJSC', 'OJSC', 'CJSC', 'JSC', 'LLP', 'public joint stock company', 'open joint stock company', 'closed joint stock company', 'joint stock company', 'joint stock co', 'private joint stock company', 'Public JSC', 'additional liability company', 'ÝGPJ',
    ],
    prefixes: [
      'ООО', 'ОАО', 'ЗАО', 'ПАО', 'АО', 'НАО', 'НКО', 'ОДО', 'ИП', 'ИООО', 'СООО', 'ЧУП', 'ЧТУП', 'УП', 'РУП', 'ТОО', 'ОсОО', 'ФГУП', 'ФГБУ', 'ФГБОУ', 'ФГБОУ ВО', 'ГУП', 'МУП', 'ГКУ', 'ООО НПП', 'ООО НПО', 'АО НПО', 'OOO', 'OAO', 'ZAO', 'PAO', 'AO', 'TOO', 'OsOO', 'FGUP', 'PJSC', 'OJSC', 'CJSC', 'JSC', 'ЖШС', 'АҚ', 'LLC',
      'Общество с ограниченной ответственностью', 'Акционерное общество', 'Публичное акционерное общество', 'Закрытое акционерное общество', 'Открытое акционерное общество', 'Товарищество с ограниченной ответственностью', 'Индивидуальный предприниматель',
    ],
  },
  'UA': {
    suffixes: ['ТОВ', 'ПрАТ', 'ПАТ', 'ВАТ', 'ЗАТ', 'АТ', 'ПП', 'ФОП', 'ДП', 'КП', 'TOV', 'PrAT', 'PAT', 'VAT', 'ZAT', 'PrJSC', 'ALC', 'товариство з обмеженою відповідальністю', 'приватне акціонерне товариство', 'публічне акціонерне товариство', 'акціонерне товариство'],
    prefixes: ['ТОВ', 'ПрАТ', 'ПАТ', 'ВАТ', 'ЗАТ', 'АТ', 'ПП', 'ФОП', 'ДП', 'КП', 'ТзОВ', 'TOV', 'PrAT', 'PrJSC', 'Товариство з обмеженою відповідальністю', 'Приватне акціонерне товариство', 'Публічне акціонерне товариство', 'Акціонерне товариство', 'Приватне підприємство', 'Державне підприємство'],
  },
  'GE AM AZ': { suffixes: ['შპს', 'სს', 'შ.პ.ს.', 'ს.ს.', 'ი.მ.', 'ՍՊԸ', 'ՓԲԸ', 'ԲԲԸ', 'MMC', 'ASC', 'QSC', 'OJSC', 'LLC', 'JSC', 'CJSC'], prefixes: ['შპს', 'სს', 'შ.პ.ს.', 'JSC', 'ООО'] },
};
