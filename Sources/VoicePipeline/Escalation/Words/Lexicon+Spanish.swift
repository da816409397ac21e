extension Lexicon {
  private static let lists = [
    "det": "un/una/algun/alguna/otro/otra/el/la/los/las/su/tu/vuestro/vuestra/cualquier/verdadero/verdadera",
    "person":
      "persona/personas/humano/humana/agente/agentes/operador/operadora/operadores/asesor/asesora/responsable/encargado"
      + "/encargada/supervisor/supervisora/gerente/representante/companero/companera/companeros/alguien/jefe/jefa"
      + "/ejecutivo/ejecutiva/director/directora/teleoperador/teleoperadora/gestor/gestora/superior/comercial/tecnico/alguno/alguna",
    "staff":
      "agente/operador/operadora/humano/asesor/asesora/representante/supervisor/supervisora/encargado/responsable",
    "team":
      "departamento/facturacion/ventas/soporte/recepcion/administracion/contabilidad/secretaria/comercial/tecnico"
      + "/atencion/servicio/oficina/central",
    "speak": "hablar/hable/hablarlo/hablaria/charlar/conversar/tratarlo",
    "pass":
      "paseme/pasame/pasarme/pasar/pasan/pasen/pasa/pasas/pase/pasenme/pongame/ponme/ponerme/pongan/ponga/poner/ponen"
      + "/ponganme/comuniqueme/comunicame/comunicarme/comunicar/comunican/comunique/comuniquen/conecteme/conectame"
      + "/conectarme/conectar/transfierame/transfiereme/transferirme/transferir/transfieran/transfiera/deriveme/derivame"
      + "/derivarme/derivar",
    "want":
      "quiero/queremos/queria/quisiera/necesito/prefiero/gustaria/exijo/pido/solicito/deseo/puede/pueden/puedes/podria"
      + "/podrian/podrias/podeis/hace/haga/deje/dejad",
    "help":
      "atienda/atiendan/atender/atenderme/atendais/llame/llamen/llamarme/contacte/contacten/contactarme/coja/cojan/descuelgue"
      + "/ayude/ayuden/ayudarme/conteste/contesten/responda/respondan/responderme/contestarme",
    "passme":
      "paseme/pasame/pasenme/ponme/pongame/ponganme/comuniqueme/comunicame/comuniquenme/conecteme/conectame/transfierame"
      + "/transfiereme/deriveme/derivame/pasadme/ponedme",
    "robot": "robot/robots/maquina/maquinas/bot/bots/contestador/grabacion/ia/ordenador/asistente",
  ]

  static let spanish = Lexicon(
    negation: Negation(
      negators: WordPatterns("no\nnunca\ntampoco\njamas\nsin\nni"),
      exemptions: WordPatterns(
        """
        por que no
        como no
        no puedo @speak
        no puedo hablar
        no podria/podrian/podriamos/puedes/puede/pueden/podrias
        no me puede/puedes/pueden/podria/podrian/pasan/pasa/ponen/pone/deja/dejan
        no hay nadie
        no se si
        si no
        no solo
        no reconozco
        """, lists: lists)),
    requests: WordPatterns(
      """
      @speak _ con @det? @det? @person
      @speak con @det? @team
      @speak _ con quien/quienes
      @speak con la persona/gente
      nadie/alguien con quien/el/la que? @speak
      @passme con
      me pasa/pasas/pone/pones/comunica/comunicas/transfiere/transfieres con
      me llame/llamen/contacte alguien/una
      alguien me llame/llama/contacte
      @want __ @help __ @det @person
      @want __ @help _ alguien
      @want __ un/una/alguna/algun/alguien @person? __ me @help
      me coja/cojan/descuelgue/conteste __ @person
      ^ @staff/persona/humano ya/ahora/urgente/real $
      carne y hueso
      @pass _ con @det? @det? @person/@team
      @pass a @det @person
      atienda/atiendan/atenderme/atender/atendido/atendida/ayude/ayuden por? @det? @det? @person
      quiero/necesito/prefiero/quisiera/queria/deme/denme/dame/busco/solicito @det? @staff
      quiero/necesito/prefiero/quisiera/queria/deme/denme/dame una persona $
      quiero/necesito/prefiero/quisiera/queria a? una persona/alguien real/humana/humano
      hay alguien real/humano/humana
      hay alguien/algun/alguna _ que me pueda/puede atender/ayudar
      no quiero @speak con @det? @robot
      no quiero mas? @robot
      nada de @robot
      agente/asesor/operador humano/real
      persona real/humana
      persona de verdad
      alguien de verdad
      ser humano
      atencion humana/personal/personalizada
      ^ @det? agente/operador/operadora/humano/persona/asesor/representante/supervisor por? favor? $
      ^ con @det @person humano/real? por? favor? $
      """, lists: lists),
    mentions: WordPatterns(
      """
      despues/antes de @speak
      tras @speak
      acabo/acabamos de @speak
      eres/sois @det? persona/humano/humana/ser
      es/eres usted? @det? persona/humano/humana/ser
      hablo/hablando con @det? @person
      o @det? @robot
      """, lists: lists),
    handOver: WordPatterns(
      """
      pase/paso/pasarle/pasarte/pasar/pasemos/pasamos _ con @det? @det? _ @person/tecnico/especialista/equipo/experto
      ponga/pongo/ponerle/ponerte/poner _ con @det? @det? @person/tecnico/especialista/equipo/experto
      quiere/quieres/prefiere/desea que @det @person
      contacto con @det? @det? @person/tecnico/especialista/equipo/experto
      @speak con @det? @det? @person/tecnico/especialista/equipo/experto
      transfiera/transfiero/transferirle/transferirte/derive/derivarle/comunique/comunicarle/comunico/comunicamos _ con/a @det? @det? @person/tecnico/especialista/equipo/experto
      atienda/atender/llame @det? @det? @person/tecnico/especialista
      """, lists: lists),
    offering: WordPatterns(
      """
      si lo? quiere/quieres/prefiere/prefieres/desea/deseas/necesita/necesitas
      puedo/podemos/podria
      si le/te parece/va
      """),
    consent: WordPatterns(
      """
      ^ si/sip/claro/vale/venga/andele/andale/orale/sale/simon/va/sipi/okis/ok/okay/okey/perfecto/adelante/genial/dale/hazlo/hagalo/bueno/bien/correcto/exacto/estupendo
      ^ de acuerdo
      ^ por favor/supuesto
      ^ me parece/gustaria/encantaria/vendria
      ^ se? te? lo agradeceria/agradezco
      ^ lo prefiero
      ^ pues si/claro/vale
      ^ ay si
      ^ como no $
      ^ por que no $
      ^ esta bien
      ^ mejor si
      """),
    refusal: WordPatterns(
      """
      no
      nada
      pero
      luego
      todavia
      aun
      primero
      """),
    negative: WordPatterns(
      """
      harto/harta/hartos/hartas
      cansado/cansada de
      inaceptable/indignante/lamentable/ridiculo/ridicula/vergonzoso/vergonzosa/penoso/penosa/pesimo/pesima/horrible
      fatal/desastre/verguenza/nefasto/nefasta/terrible
      tomadura de pelo
      tomando/tomarme/toman _ pelo
      perder/perdiendo/pierdo/perdido _ tiempo
      tercera/cuarta/quinta/enesima/decima vez que
      siempre igual/lo
      otra vez _ lo mismo
      perdida de tiempo
      increible que
      cachondeo/circo/choteo
      poca/menuda verguenza
      nadie me responde/contesta/hace/ayuda/soluciona/atiende/dice/da
      no hay manera/forma
      no puede/es ser posible?
      no me lo puedo creer
      enfadado/enfadada/cabreado/cabreada/indignado/indignada/decepcionado/decepcionada/furioso/furiosa
      que paciencia
      llevo _ horas/dias/semanas/meses
      llevo todo/toda el/la
      ultima vez que
      vaya tela/tela
      vacilando/vacilais/vacila
      nada de nada
      cuantas veces
      ya se/te/os lo he dicho
      no sirve/sirven/vale de? para? nada
      no me sirve/ayuda/ayudas/entiende/entiendes/escucha/escuchas
      joder
      mal servicio
      """),
    strong: WordPatterns(
      """
      inutil/inutiles/idiota/idiotas/imbecil/imbeciles/estupido/estupida/estupidos/gilipollas/cabron/cabrones/capullo
      mierda/ladrones/chorizos/sinverguenza/sinverguenzas/incompetente/incompetentes/payasos/pendejo/pendejos/hijueputa/malparido
      hijo/hija/hijos de puta
      puto/puta/putos/putas
      que asco
      vete/vayase/idos a? la? carajo
      van/vais/vas a enterar~
      van/vais/vas a arrepentir~
      se/os/te van/vais/vas a _ enterar/arrepentir
      voy a quemar/reventar/matar/romper
      """),
    unresolved: WordPatterns(
      """
      no funciona/funciono/funcionaba
      sigue/continua sin
      sigue igual/fallando
      no me? ha? servido/funcionado/resuelto/solucionado/ayudado
      no me sirve/sirvio/ayuda
      no se arregla/soluciona/resuelve
      lo mismo otra vez
      tampoco funciona/va/sirve
      ^ tampoco $
      no va $
      ^ nada no
      """),
    promises: WordPatterns(
      """
      le/te/les/os llamo/llamare/llamaremos/llamamos/llamaran/llamara/avisare/avisaremos/avisaran/avisara/aviso/avisamos
      le/te/les/os contactare/contactaremos/contactaran/contactara
      le/te/les/os _ digo algo
      le/te/les/os digo/dire/diremos algo
      le/te/les/os informare/informaremos/informo/mantendre/mantendremos
      se pondra/pondran/pondremos en contacto
      me pongo/pondre en contacto
      nos pondremos/pondremos en contacto
      le/te/les/os devuelvo/devolvere/devolveremos/devolveran la llamada
      le/te/les/os cuento/confirmo/digo/comento/escribo luego/manana/despues/pronto
      le/te/les/os cuento/confirmo/digo/comento/escribo esta/este/mas/por/en tarde/noche/semana/adelante/la/el/cuanto
      en cuanto/cuando lo? sepa/sepamos/tenga/tengamos
      le/te/les/os doy/damos/dare/daremos _ respuesta
      volvere/volveremos a contactar/llamar~/escribir~
      """),
    inability: WordPatterns("no puedo/podemos/podre/podremos"),
    dangling: WordPatterns(
      """
      un momento _ lo? compruebo/consulto/miro/reviso/verifico
      lo compruebo/consulto/miro/reviso/verifico $
      voy a comprobar~/consultar~/mirar~/revisar~/verificar~
      dejeme/dejame/permitame comprobar~/consultar~/mirar~/revisar~/verificar~
      """),
    sensitive: spanishSensitive,
    harmless: WordPatterns(
      """
      casi me da
      de la risa
      de risa
      me muero de
      anos de experiencia/antiguedad/garantia/cliente/contrato/casado/casada/servicio
      anos como/siendo/trabajando
      de puta madre
      hay/tiene/tienen mucha demanda
      """),
    fillers: Set(
      """
      a al ante con de del desde en entre hasta para por sin sobre el la los las un una unos unas lo le les me te se nos os mi mis
      su sus tu tus y e o u ni que quien cual cuales como cuando donde cuanto cuanta es son esta estan este esto esa ese eso hay
      ha he han pero pues ya no si muy mas porque hola buenos buenas dias tardes noches gracias favor por oiga oye perdone
      perdon entonces queria quiero quisiera necesito saber decir digame dime puede puedes podria usted ustedes yo
      """.split { $0.isWhitespace }.map(String.init)))

  private static let spanishSensitive: [SensitiveSubject: WordPatterns] = [
    .paymentDispute: WordPatterns(
      """
      cobrado/cobraron/cobrasteis/cobrais/cobrando/cobrar/cargado/cargaron dos/tres/varias veces
      cobrado/cobraron/cobrasteis/cobrando de mas
      cobro/cargo/recibo/pago doble/duplicado/indebido/incorrecto
      doble cobro/cargo
      cobrado/cobraron/cobrando/cobrasteis _ algo/servicio que no
      no me han devuelto el? dinero
      devolver/anular/retroceder/impugnar/disputar _ cargo/recibo/cobro/pago
      cobrado/cobraron/cobrais/cobran mal
      cobrado/cobraron/cobrais/cobran/cobrasteis/facturado/facturan el doble
      importe/cantidad que no es
      """),
    .fraud: WordPatterns(
      """
      fraude/estafa/estafas/estafado/estafada/estafaron/estafadores/timado/timaron/timo/phishing
      vaciado/vaciaron _ cuenta/tarjeta
      hackeado/hackeada/hackearon/suplantado/suplantacion/clonado/clonada/clonaron
      cargo/cargos/compra/cobro/movimiento/operacion/transferencia __ que no reconozco/reconocemos
      no reconozco _ cargo/cargos/compra/cobro/movimiento/operacion/transferencia
      cargo/cargos/compra/cobro/movimiento/operacion/transferencia/pago/apunte/recibo __ que yo? no he/hice/hicimos
      no he hecho/autorizado/realizado esa/ese/esta/este/ninguna/el/la compra/pago/cargo/transferencia/operacion
      robado/robaron/usado/usaron/utilizado _ tarjeta/cuenta/identidad/datos/clave
      tarjeta/cuenta robada/hackeada/clonada
      compra/cargo/pago sin mi permiso/autorizacion/consentimiento
      """),
    .legal: WordPatterns(
      """
      mi/mis/nuestro/nuestros abogado/abogada/abogados
      denunciar~/denunciare/denunciaremos
      denuncia/demanda en/ante/contra
      poner/pondre/presentar/presentare/interponer _ denuncia/demanda
      os/les/le/te voy/vamos a demandar
      demandar~ a? ustedes/vosotros/empresa
      demandaros/demandarles/demandarlos
      acciones legales/judiciales
      vere/vemos/veremos/ver _ en el/los? tribunales/juzgado/juzgados/juicio
      llev~ _ a los/el/al? tribunales/tribunal/juzgado/juicio
      llevar/llevare/llevaremos/llevarlo/llevaros/llevarles _ al juzgado/tribunal
      ire/iremos/acudir/acudire/acudiremos a los tribunales
      llamar/llamare/voy/ir a? la? policia
      """),
    .medical: WordPatterns(
      """
      infarto/ictus/sobredosis/convulsiones
      dolor _ en el pecho
      duele _ el pecho
      no puede/puedo/pueda respirar
      emergencia/urgencia medica
      perdido/perdio/pierde el conocimiento
      hijo/hija/padre/madre/marido/mujer/abuelo/abuela/nino/nina/bebe __ no responde/reacciona/respira
      desmayado/desmayada/inconsciente
      sangrando/sangra mucho/bastante
      reaccion alergica
      tragado/trago/tragaron/ingerido/bebido _ pila/pastillas/lejia/veneno/iman/monedas/moneda/pieza
      intoxicado/intoxicada/intoxicacion/envenenado
      llamar _ ambulancia
      """),
    .selfHarm: WordPatterns(
      """
      suicid~
      quitarme la vida
      matarme
      hacerme dano
      no quiero _ vivir/viviendo
      sin ganas de vivir
      no tengo ganas de vivir
      acabar/terminar con mi vida
      acabar con todo
      no vale la pena vivir
      mejor muerto/muerta
      """),
    .minor: WordPatterns(
      """
      soy menor
      tengo diez/once/doce/trece/catorce/quince/dieciseis/diecisiete/10/11/12/13/14/15/16/17 anos
      """),
    .complaint: WordPatterns(
      """
      hoja/hojas/libro de reclamaciones/reclamacion/quejas
      donde presento/pongo/hago _ queja/reclamacion
      poner/presentar/hacer/interponer/tramitar/pongo/presento/cursar _ reclamacion/queja
      reclamacion/queja formal/oficial
      quiero reclamar
      omic
      oficina del consumidor
      organizacion de consumidores
      """),
    .dataDeletion: WordPatterns(
      """
      borr~/elimin~/suprim~/cancel~/quit~/retir~ _ mis _ datos/informacion
      borr~/elimin~/suprim~ todos/todo/toda _ datos/informacion
      derecho al olvido
      derecho de supresion
      """),
  ]
}
