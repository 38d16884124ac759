// The page's own words. What the service says comes from the service; this is only what stands around it.
// rw and sw are plain and simple on purpose and await a native speaker's review.

export const LANGUAGES = ['en', 'fr', 'rw', 'sw']

const WORDS = {
  opening: ['Opening…', 'Ouverture…', 'Birimo gufunguka…', 'Inafunguka…'],
  offline_text: [
    'The page keeps trying by itself. You need not do anything.',
    "La page réessaie toute seule. Vous n'avez rien à faire.",
    'Urubuga rurakomeza kugerageza. Nta kindi usabwa.',
    'Ukurasa unaendelea kujaribu wenyewe. Huhitaji kufanya kitu.',
  ],
  expired: [
    'This link is too old',
    'Ce lien est trop ancien',
    'Iyi linki yarengeje igihe',
    'Kiungo hiki kimepitwa na wakati',
  ],
  expired_text: [
    'A link works for a limited time, so that your scores stay private. Ask your mentor or your programme coordinator for a new link, then open it in this tab.',
    'Un lien ne sert que pendant un temps limité, pour que vos résultats restent privés. Demandez un nouveau lien à votre mentor ou à la coordination du programme, puis ouvrez-le dans cet onglet.',
    'Linki ikora igihe gito kugira ngo amanota yawe agume ari ibanga. Saba mentor wawe cyangwa umuhuzabikorwa wa porogaramu linki nshya, uyifungurire hano.',
    'Kiungo hufanya kazi kwa muda mfupi ili alama zako zibaki siri. Omba kiungo kipya kwa mshauri wako au mratibu wa programu, kisha ukifungue hapa.',
  ],
  needed: [
    'Please open the chat with your own link',
    'Ouvrez la conversation avec votre propre lien',
    'Fungura ikiganiro ukoresheje linki yawe',
    'Fungua mazungumzo kwa kiungo chako',
  ],
  needed_text: [
    'Ask your mentor or your programme coordinator for your link.',
    'Demandez votre lien à votre mentor ou à la coordination du programme.',
    'Saba linki yawe mentor wawe cyangwa umuhuzabikorwa wa porogaramu.',
    'Omba kiungo chako kwa mshauri wako au mratibu wa programu.',
  ],
  unsent: [
    'Messages not sent yet: {count}. They are kept in this tab and go out when you open your new link here.',
    'Messages pas encore envoyés : {count}. Ils sont gardés dans cet onglet et partiront quand vous y ouvrirez votre nouveau lien.',
    'Ubutumwa butaragenda: {count}. Burabitswe hano, buzagenda nufungura linki nshya hano.',
    'Ujumbe ambao haujatumwa: {count}. Umehifadhiwa hapa, na utatumwa ukifungua kiungo kipya hapa.',
  ],
  who: ['Who would you like to be?', 'Qui voulez-vous être ?', 'Urashaka kuba nde?', 'Ungependa kuwa nani?'],
  fictional: [
    'This is a fictional programme to try Preceptor out. None of these people exist. Please write nothing about real patients.',
    "Ceci est un programme fictif pour essayer Preceptor. Aucune de ces personnes n'existe. N'écrivez rien sur de vrais patients.",
    'Iyi ni porogaramu y’igerageza. Aba bantu ntibabaho. Ntukandike ibyerekeye abarwayi nyakuri.',
    'Hii ni programu ya majaribio. Watu hawa hawapo kweli. Tafadhali usiandike chochote kuhusu wagonjwa halisi.',
  ],
  change: ['Change person', 'Changer de personne', 'Hindura umuntu', 'Badilisha mtu'],
  skip: ['Go to the typing area', 'Aller à la zone de saisie', 'Jya aho bandika', 'Nenda sehemu ya kuandika'],
  conversation: ['Conversation', 'Conversation', 'Ikiganiro', 'Mazungumzo'],
  messages: ['Messages', 'Messages', 'Ubutumwa', 'Ujumbe'],
  you: ['You', 'Vous', 'Wowe', 'Wewe'],
  write: ['Write a message', 'Écrivez un message', 'Andika ubutumwa', 'Andika ujumbe'],
  send: ['Send', 'Envoyer', 'Ohereza', 'Tuma'],
  sending: ['Sending…', 'Envoi…', 'Biroherezwa…', 'Inatumwa…'],
  sent: ['Sent', 'Envoyé', 'Byoherejwe', 'Imetumwa'],
  waiting: [
    'Not sent yet, trying again',
    'Pas encore envoyé, nouvel essai',
    'Ntiburagenda, turongera tugerageze',
    'Haijatumwa bado, tunajaribu tena',
  ],
  refused: ['Not sent.', 'Pas envoyé.', 'Ntibwagiye.', 'Haikutumwa.'],
  edit: ['Change it', 'Modifier', 'Buhindure', 'Ubadilishe'],
  answers: ['Answers', 'Réponses', 'Ibisubizo', 'Majibu'],
  chosen: ['(your answer)', '(votre réponse)', '(igisubizo cyawe)', '(jibu lako)'],
  file_loading: ['Picture…', 'Image…', 'Ifoto…', 'Picha…'],
  file_gone: [
    'This file is no longer kept. Ask for it again.',
    'Ce fichier n’est plus conservé. Redemandez-le.',
    'Iyi dosiye ntikibitswe. Ongera uyisabe.',
    'Faili hili halihifadhiwi tena. Liombe tena.',
  ],
  file_again: ['Show it again', 'Afficher de nouveau', 'Ongera uyerekane', 'Onyesha tena'],
  file_open: ['Open', 'Ouvrir', 'Fungura', 'Fungua'],
  newer: ['New messages', 'Nouveaux messages', 'Ubutumwa bushya', 'Ujumbe mpya'],
  connected: ['Connected', 'Connecté', 'Murandasi irakora', 'Mtandao upo'],
  elsewhere: [
    'Open in several windows: tap to go on here',
    'Ouvert dans plusieurs fenêtres : touchez pour continuer ici',
    'Ikiganiro gifunguye ahantu henshi: kanda hano ukomeze',
    'Mazungumzo yamefunguliwa mahali pengi: gusa hapa kuendelea',
  ],
  connecting: ['Connecting…', 'Connexion…', 'Turimo guhuza…', 'Inaunganisha…'],
  offline: [
    'No connection, trying again',
    'Pas de connexion, nouvel essai',
    'Nta murandasi, turongera tugerageze',
    'Hakuna mtandao, tunajaribu tena',
  ],
  quick: ['Quick words', 'Mots rapides', 'Amagambo yihuse', 'Maneno ya haraka'],
  menu: ['MENU', 'MENU', 'MENU', 'MENYU'],
  help: ['HELP', 'AIDE', 'UBUFASHA', 'MSAADA'],
  back: ['BACK', 'RETOUR', 'INYUMA', 'RUDI'],
  language: ['LANGUAGE', 'LANGUE', 'URURIMI', 'LUGHA'],
  stop: ['STOP', 'STOP', 'HAGARIKA', 'ACHA'],
  today: ['Today', 'Aujourd’hui', 'Uyu munsi', 'Leo'],
  yesterday: ['Yesterday', 'Hier', 'Ejo hashize', 'Jana'],
  tomorrow: ['Tomorrow', 'Demain', 'Ejo hazaza', 'Kesho'],
  demo_time: [
    'Demo time ({place})',
    'Heure de la démo ({place})',
    'Isaha y’igerageza ({place})',
    'Saa ya majaribio ({place})',
  ],
  ahead: ['Skip ahead', 'Avancer', 'Jya imbere', 'Ruka mbele'],
  hour: ['1 hour', '1 heure', 'Isaha 1', 'Saa 1'],
  day: ['1 day', '1 jour', 'Umunsi 1', 'Siku 1'],
  next: ['To the next message', 'Au prochain message', 'Ku butumwa bukurikira', 'Kwa ujumbe unaofuata'],
  next_at: [
    'Next message: {when}',
    'Prochain message : {when}',
    'Ubutumwa bukurikira: {when}',
    'Ujumbe unaofuata: {when}',
  ],
  next_none: [
    'No message is due, so there is nothing to skip to.',
    'Aucun message n’est prévu : il n’y a rien vers quoi avancer.',
    'Nta butumwa buteganyijwe.',
    'Hakuna ujumbe unaosubiriwa.',
  ],
  failed: [
    'That did not work. Please try again.',
    'Cela n’a pas marché. Veuillez réessayer.',
    'Ntibyakunze. Ongera ugerageze.',
    'Haikufaulu. Tafadhali jaribu tena.',
  ],
}

const DAYS = {
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  fr: ['Dimanche', 'Lundi', 'Mardi', 'Mercredi', 'Jeudi', 'Vendredi', 'Samedi'],
  rw: [
    'Ku cyumweru',
    'Kuwa mbere',
    'Kuwa kabiri',
    'Kuwa gatatu',
    'Kuwa kane',
    'Kuwa gatanu',
    'Kuwa gatandatu',
  ],
  sw: ['Jumapili', 'Jumatatu', 'Jumanne', 'Jumatano', 'Alhamisi', 'Ijumaa', 'Jumamosi'],
}
const MONTHS = {
  en: 'January February March April May June July August September October November December',
  fr: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
  rw: 'Mutarama Gashyantare Werurwe Mata Gicurasi Kamena Nyakanga Kanama Nzeri Ukwakira Ugushyingo Ukuboza',
  sw: 'Januari Februari Machi Aprili Mei Juni Julai Agosti Septemba Oktoba Novemba Desemba',
}

let language =
  navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => LANGUAGES.includes(tag)) ?? 'en'

/** The language the page speaks now. */
export const spoken = () => language

/** One text of the page in the language spoken, its `{slots}` filled. */
export function word(name, slots = {}) {
  const text = WORDS[name][LANGUAGES.indexOf(language)]
  return text.replace(/\{(\w+)\}/g, (slot, key) => slots[key] ?? slot)
}

// The browsers at hand know no Kinyarwanda dates, so the page carries the names of days and months itself.
/** The name of a weekday, Sunday being 0. */
export const weekday = (number) => DAYS[language][number]
/** The name of a month, January being 1. */
export const month = (number) => MONTHS[language].split(' ')[number - 1]

/** Speaks another language from now on and writes every `data-word`, `data-label` and `data-hint` anew. */
export function speak(wanted) {
  language = LANGUAGES.includes(wanted) ? wanted : language
  document.documentElement.lang = language
  for (const node of document.querySelectorAll('[data-word]')) node.textContent = word(node.dataset.word)
  for (const node of document.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', word(node.dataset.label))
  }
  for (const node of document.querySelectorAll('[data-hint]')) {
    node.setAttribute('placeholder', word(node.dataset.hint))
  }
}
