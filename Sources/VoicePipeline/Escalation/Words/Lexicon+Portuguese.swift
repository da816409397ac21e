extension Lexicon {
  private static let lists = [
    "det": "um/uma/algum/alguma/outro/outra/o/a/os/as/seu/sua/vosso/vossa/qualquer/verdadeiro/verdadeira",
    "person":
      "pessoa/pessoas/humano/humana/atendente/atendentes/agente/operador/operadora/responsavel/gerente/supervisor"
      + "/supervisora/representante/colega/colegas/alguem/chefe/encarregado/encarregada/assistente/gestor/gestora/diretor"
      + "/superior/funcionario/funcionaria/comercial/tecnico/algum/alguma",
    "staff": "atendente/agente/operador/operadora/humano/representante/supervisor/supervisora/gerente/responsavel",
    "team":
      "departamento/faturacao/faturamento/vendas/suporte/recepcao/administracao/financeiro/comercial/atendimento/servico"
      + "/apoio/equipa/equipe",
    "speak": "falar/falo/conversar/tratar",
    "pass":
      "passe/passa/passar/passas/passam/passem/passo/transfira/transfere/transferir/transferem/transfiram/ligue/ligar/encaminhe"
      + "/encaminhar/conecte/conectar/coloque/ponha",
    "want":
      "quero/queremos/queria/preciso/prefiro/gostaria/exijo/peco/solicito/desejo/pode/podem/podia/podiam/poderia/poderiam"
      + "/deixe/deixem",
    "help":
      "atenda/atendam/atender/ligue/liguem/contacte/contate/pegue/peguem/ajude/ajudem/ajudar/responda/respondam/responder",
    "robot": "robo/robos/maquina/maquinas/bot/bots/gravacao/ia/computador",
  ]

  static let portuguese = Lexicon(
    negation: Negation(
      negators: WordPatterns("nao\nnunca\njamais\nsem\nnem\ntampouco"),
      exemptions: WordPatterns(
        """
        por/porque que? nao
        nao posso falar
        nao pode/podem/podia/podiam/poderia/poderiam/consigo me? falar/passar/transferir/ligar
        nao me pode/podem/passam/passa/transfere/transferem/deixa/deixam
        nao ha ninguem
        nao tem ninguem
        se nao
        nao so
        nao reconheco
        """)),
    requests: WordPatterns(
      """
      @speak _ com @det? @det? @person
      @speak com @det? @team
      @speak _ com quem
      ninguem/alguem com quem/o/a falar/fale/falasse
      passa/passe ai/aqui? para/pra/pro/ao/a
      me passa/passe/transfere/transfira pro/pra/para/com
      passe/passa me a/ao/com/para
      alguem me liga/ligue/contacte/contate
      me ligue/liguem/contactem alguem
      @want __ @help __ @det @person
      @want __ @help _ alguem
      @want __ um/uma/algum/alguma @person __ @help
      alguem __ pode/poderia/podia me? @help
      ^ @staff/pessoa/humano ja/agora/urgente/real $
      carne e osso
      gente/pessoas de verdade
      @pass me? _ a/para/ao/com @det? @det? @person/@team
      me @pass/transfira/transfere para/a/ao/com @det? @det? @person/@team
      atendido/atendida/atenda/atender/ajude/atendesse por? @det? @det? @person
      quero/preciso/prefiro/queria/gostaria/de/busco/solicito de? @det? @staff
      quero/preciso/prefiro/queria de? uma pessoa $
      tem/ha alguem _ verdade/humano/real
      tem/ha alguem _ que/para me? possa? atender/ajudar
      nao quero @speak com @det? @robo/@robot
      chega de @robot
      atendente/agente/operador humano/real
      pessoa real/humana
      pessoa de verdade
      alguem de verdade
      ser humano
      atendimento humano
      ^ @det? atendente/agente/operador/operadora/humano/pessoa/representante/supervisor/gerente por? favor? $
      ^ com @det @person humano/real? por? favor? $
      """, lists: lists),
    mentions: WordPatterns(
      """
      depois/antes de @speak
      apos @speak
      acabei de @speak
      voce/es/e @det? pessoa/humano/humana/ser ou
      voce e @det? pessoa/humano/humana
      estou a? falando/falar com
      ou @det? @robot
      """, lists: lists),
    handOver: WordPatterns(
      """
      passe/passo/passar/passemos/passamos __ a/para/ao/com @det? _ @person/tecnico/especialista/equipa/equipe
      transfira/transfiro/transferir/encaminhe/encaminhar/ligue/ligar _ a/para/ao/com @det? @det? @person/tecnico/especialista/equipa/equipe
      @speak com @det? @det? @person/tecnico/especialista/equipa/equipe
      quer/queres/prefere/deseja que @det @person
      contacto/contato com @det? @det? @person/tecnico/especialista/equipa/equipe
      """, lists: lists),
    offering: WordPatterns(
      """
      se quiser/preferir/desejar/precisar
      posso/podemos/poderia
      """),
    consent: WordPatterns(
      """
      ^ sim/pois/siga/claro/vamos/ok/okay/perfeito/otimo/optimo/certo/isso/bora/aceito/beleza/combinado/bom/quero/prefiro
      ^ por favor
      ^ pode ser
      ^ esta bem/bom
      ^ ta bem/bom
      ^ de acordo
      ^ com certeza
      ^ gostaria/agradecia/agradeco/agradeceria
      ^ por que nao $
      ^ pode passar/sim
      ^ faca/faz isso
      """),
    refusal: WordPatterns(
      """
      nao
      nada
      mas
      depois
      ainda
      primeiro
      """),
    negative: WordPatterns(
      """
      farto/farta/fartos/cansado/cansada de
      farto/farta
      inaceitavel/ridiculo/ridicula/vergonha/vergonhoso/vergonhosa/pessimo/pessima/horrivel/lamentavel/indignado
      indignada/absurdo/palhacada/desastre/terrivel
      parece brincadeira
      brincadeira de mau
      perder/perdendo/perco/perdi _ tempo
      terceira/quarta/quinta/enesima/decima vez que
      sempre a mesma
      sempre o mesmo
      outra vez _ mesmo/mesma
      perda de tempo
      incrivel que
      circo
      falta de vergonha
      ninguem me responde/atende/ajuda/resolve/diz/da
      ninguem resolve/responde/atende
      nao e possivel
      zangado/zangada/chateado/chateada/irritado/irritada/furioso/furiosa/revoltado/revoltada
      que paciencia
      manha/tarde/dia inteira/inteiro
      nunca mais compro/volto/ligo
      ultima vez que
      voces sao demais/incriveis
      gozar/brincando/brincar comigo/connosco/conosco
      estou ha _ horas/dias/semanas/meses
      quantas vezes
      ja lhe/te/vos? disse
      ja falei
      nao serve/servem de? para? nada
      nao me entende/ajuda/ouve/escuta
      mau servico/atendimento
      """),
    strong: WordPatterns(
      """
      incompetente/incompetentes/idiota/idiotas/imbecil/imbecis/estupido/estupida/estupidos/burro/burros/inutil/inuteis
      merda/porcaria/caralho/porra/ladroes/ladrao/aldrabao/aldraboes/palhacos/babaca/otarios/vigaristas/desgracados
      filho/filha/filhos da puta
      puta que pariu
      vai/vao tomar/se foder
      vao/vai se arrepender
      vao/vai/voces _ arrepender
      vao ver/saber so?
      vou quebrar/queimar/partir tudo/isso
      """),
    unresolved: WordPatterns(
      """
      nao funciona/funcionou/funcionava
      continua/segue sem
      continua igual/mal
      nao resolveu/ajudou/adiantou/deu/serviu
      nao me serve/serviu/ajuda/ajudou
      nao se resolve
      mesma coisa
      mesmo problema/erro
      tambem nao funciona/da/serve
      ^ tambem nao $
      nao da $
      """),
    promises: WordPatterns(
      """
      retorno/retornarei/retornaremos/retornamos $
      retorno/retornarei/retornaremos o? contato/contacto/chamada/ligacao
      vou verificar e _ retorno/ligo/aviso/digo
      ligo/ligarei/ligaremos/ligamos assim/logo/quando/em/amanha/depois/de
      lhe/te/vos ligo/ligarei/ligaremos/aviso/avisarei/avisaremos/informarei/informaremos
      avisarei/avisaremos/avisamos
      ^ aviso quando/assim/logo
      eu? aviso voce/quando/assim/logo
      entrar~/entra em contato/contacto
      vai/vao/vamos entrar em contato/contacto
      entraremos/entrarei/entrarao em contato/contacto
      digo/conto/confirmo lhe? te? logo/amanha/depois/esta/hoje/assim/mais
      lhe/te digo/conto/confirmo logo/amanha/depois/esta/hoje/assim/mais
      assim que souber/soubermos/tiver/tivermos
      dou/damos/darei/daremos lhe? te? _ resposta
      mantenho/manterei/manteremos _ informado/informada
      dou/damos/daremos _ retorno/resposta
      """),
    inability: WordPatterns("nao posso/podemos/consigo/conseguimos"),
    dangling: WordPatterns(
      """
      um momento _ vou verificar/ver/consultar/confirmar
      vou verificar/ver/consultar/confirmar isso? $
      deixe/deixa me? eu? verificar/ver/consultar/confirmar
      """),
    sensitive: portugueseSensitive,
    harmless: WordPatterns(
      """
      quase tive/me/morri
      de tanto rir
      de rir
      anos de experiencia/casa/garantia/cliente/contrato/casado/casada/servico
      anos como/sendo/trabalhando
      """),
    fillers: Set(
      """
      a o as os um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem sobre e ou que quem qual quais como
      quando onde quanto quanta eu meu minha meus minhas seu sua voce voces ele ela me te se lhe nos vos isso isto este esta esse
      essa aquele e sao foi ser estar estou esta tem ha mas ja nao sim muito mais porque ola oi bom boa dia tarde noite obrigado
      obrigada favor entao queria quero preciso gostaria saber dizer diga pode podia
      """.split { $0.isWhitespace }.map(String.init)))

  private static let portugueseSensitive: [SensitiveSubject: WordPatterns] = [
    .paymentDispute: WordPatterns(
      """
      cobraram/cobrou/cobrado/cobrada/cobrando/debitaram _ duas/tres vezes
      cobraram/cobrou/cobrado/cobrada a mais
      cobranca/pagamento/debito duplicada/duplicado/dupla/indevida/indevido/incorreta/errada
      cobranca em dobro
      dobro do combinado/valor/preco/acordado/contratado
      cobraram/cobram/cobrou/cobrado o dobro
      cobraram/cobrou/cobrando _ algo/servico que nao
      contestar/estornar/anular/reclamar _ cobranca/pagamento/debito
      nao devolveram o? meu? dinheiro
      """),
    .fraud: WordPatterns(
      """
      fraude/golpe/golpista/golpistas/burla/burlado/burlada/burlaram/enganado/enganada/phishing
      limparam/esvaziaram/limpou _ conta
      hackearam/hackeado/hackeada/clonaram/clonado/clonada/invadiram
      cobranca/compra/movimento/transferencia/debito/cargo __ que nao reconheco/fiz/autorizei
      nao reconheco _ cobranca/compra/movimento/transferencia/debito
      cobranca/compra/movimento/transferencia/debito/pagamento __ que nao fui/fiz/autorizei
      nao fiz essa/esta/nenhuma compra/transferencia
      roubaram/roubado/usaram/utilizaram _ cartao/conta/dados/identidade/senha
      cartao/conta roubado/roubada/clonado/clonada
      """),
    .legal: WordPatterns(
      """
      meu/minha/meus/nosso/nossa advogado/advogada/advogados
      processar voces/vcs/a/os/vos
      vou/vamos processar
      acao judicial
      acoes judiciais/legais
      medidas legais/judiciais
      lev~ __ a/ao tribunal/tribunais/justica/juizo
      ver/vemos/veremos/vejo nos? no/em tribunal/tribunais
      procon/juizado
      na justica
      vou/ir/chamar a? policia
      apresentar/fazer queixa na/a policia
      """),
    .medical: WordPatterns(
      """
      enfarte/infarto/avc/convulsao/convulsoes
      dor _ no peito
      dor muito forte no peito
      doi _ o peito
      nao consigo/consegue respirar
      filho/filha/pai/mae/marido/mulher/avo/bebe/menino/menina __ nao responde/reage/respira
      emergencia/urgencia medica
      desmaiou/desmaiei/desmaiado/desmaiada/inconsciente
      reacao alergica
      sangrando/sangrar muito
      chamar/preciso _ ambulancia
      overdose
      engoliu/engoli/bebeu/ingeriu _ pilha/comprimidos/lixivia/veneno/iman/moeda/peca/bateria
      intoxicado/intoxicada/intoxicacao/envenenado
      """),
    .selfHarm: WordPatterns(
      """
      suicid~
      me matar
      matar me
      tirar a? minha? propria? vida
      nao quero mais? viver
      fazer mal a mim
      me machucar
      sem vontade de viver
      acabar com a? minha vida
      acabar com tudo
      """),
    .minor: WordPatterns(
      """
      sou menor
      tenho dez/onze/doze/treze/catorze/quatorze/quinze/dezasseis/dezesseis/dezassete/dezessete/10/11/12/13/14/15/16/17 anos
      """),
    .complaint: WordPatterns(
      """
      livro de reclamacoes
      onde apresento/faco _ queixa/reclamacao
      fazer/apresentar/abrir/registar/registrar/formalizar _ reclamacao/queixa
      reclamacao/queixa formal/oficial
      quero reclamar
      """),
    .dataDeletion: WordPatterns(
      """
      apag~/exclu~/elimin~/delet~/remov~/tir~/retir~ _ meus _ dados
      apag~/exclu~/elimin~/delet~ todos/toda _ dados/informacao
      direito ao esquecimento
      """),
  ]
}
