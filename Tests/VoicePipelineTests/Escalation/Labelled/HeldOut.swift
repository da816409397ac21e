/// The half of the labelled set that was written before any list of words, and on which nothing is tuned.
enum HeldOut {
  static let spanish = """
    explicit_request: Quiero hablar con alguien de verdad
    explicit_request: Hola buenas tardes, llevo tres días con esto y prefiero que me atienda una persona
    explicit_request: ¿Me puede pasar con un humano, por favor?
    explicit_request: ¿No puedo hablar con una persona?
    explicit_request: con un agente
    explicit_request: No quiero hablar con una máquina
    explicit_request: Necesito que me pongan con el departamento de facturación, con alguien que sepa
    explicit_request: ¿hay alguien real ahí que me pueda atender?
    offer_accepted: No consigo abrir la factura / < ¿Quiere que le pase con un compañero? / sí, por favor
    offer_accepted: No me llega el código / < No puedo ver por qué. ¿Prefiere que le ponga en contacto con una persona? / venga, vale
    offer_accepted: Mi caldera hace un ruido raro / < Si quiere, le paso con un técnico. / Perfecto, gracias
    sensitive: Me habéis cobrado dos veces el mismo recibo
    sensitive: Han usado mi tarjeta para comprar algo que yo no he pedido
    sensitive: Mi abogado se pondrá en contacto con ustedes
    sensitive: Mi padre tiene un dolor muy fuerte en el pecho y no sé qué hacer
    sensitive: Ya no quiero seguir viviendo
    sensitive: Tengo quince años y he comprado esto sin que lo sepan mis padres
    sensitive: Deme la hoja de reclamaciones
    sensitive: Quiero que borren todos mis datos personales
    frustration: Esto es una vergüenza / < Lo siento, dígame qué ha pasado. / Estoy harto de esperar
    frustration: Sois unos inútiles
    frustration: QUÉ DESASTRE DE EMPRESA, NO FUNCIONA NADA!!!
    stagnation: ¿Cuándo llega mi pedido de la lavadora? / < Los pedidos tardan de tres a cinco días. / ¿Pero cuándo llega mi pedido de la lavadora?
    stagnation: el router no enciende / < Pruebe a desenchufarlo. / sigue sin funcionar / < Pruebe otro enchufe. / nada, sigue igual
    low_confidence: ~0.15 la de la cosa esa / < ¿Puede repetirlo? / ~0.2 lo del coso
    false_promise: ¿Está mi reparación lista? / < Voy a comprobarlo y le llamo en cuanto lo sepa.
    false_promise: Nadie me contesta / < Tomo nota y un compañero se pondrá en contacto con usted mañana.
    false_promise: ¿Tienen la talla 42? / < Le aviso cuando vuelva a haber.
    none: Me llamó ayer mi agente de seguros y me dijo que les llamara
    none: No me quejo, solo pregunto
    none: No estoy enfadado, solo quiero saber el horario
    none: ¿Es legal aparcar delante de la tienda?
    none: Vivo con otra persona y quiero añadirla al contrato
    none: ¿Cuánto cuesta la entrada por persona?
    none: ¿Eres una persona o un robot?
    none: Ayer hablé con un agente y me dijo que ya estaba resuelto
    none: No me abre la factura / < ¿Quiere que le pase con un compañero? / ¿Eso cuánto tarda? / < Unos minutos. El enlace es nuevo, ¿lo ha probado? / sí
    none: Quiero cambiar la cita del martes / < ¿A qué día? / al jueves / < El jueves a las diez. / sí, por favor
    none: ¿Puedo pagar con tarjeta? / < Sí, con tarjeta y en efectivo. / ¿Y con Bizum?
    none: Tengo quince años de experiencia como electricista y busco un trabajo
    none: Me duele un poco la cabeza, ¿tienen cita para mañana?
    none: ¿Tenéis mesas para dos? / < Sí, claro, le confirmo la mesa para dos a las nueve.
    none: hola / < Hola, ¿en qué puedo ayudarle? / hola
    """

  static let english = """
    explicit_request: Can I please talk to an actual human being
    explicit_request: I'd rather deal with a person
    explicit_request: Why can't I just speak to someone
    explicit_request: get me your supervisor
    explicit_request: is there a real person I could talk to
    explicit_request: I don't want to talk to a robot
    explicit_request: Hi there, I've been going round in circles for a week with this router and I would like to be transferred to a customer service rep
    explicit_request: representative
    offer_accepted: I can't open the invoice / < Would you like me to put you through to a colleague? / yes please
    offer_accepted: The code never arrives / < I'm not able to see why. Shall I connect you with someone from our team? / sure, go ahead
    offer_accepted: My boiler makes a funny noise / < I can transfer you to a technician if you like. / that would be great
    sensitive: I was charged twice for the same order
    sensitive: Somebody used my card to buy things I never ordered
    sensitive: You'll be hearing from my lawyer
    sensitive: My dad has chest pains and I don't know what to do
    sensitive: I don't want to be alive anymore
    sensitive: I'm fifteen and bought this without telling my parents
    sensitive: I want to file a formal complaint
    sensitive: Please erase all of my personal data
    frustration: This is ridiculous / < I'm sorry, tell me what happened. / I'm so fed up with this
    frustration: you people are idiots
    frustration: WORST COMPANY EVER, NOTHING WORKS!!!
    stagnation: When will my washing machine be delivered? / < Orders take three to five days. / But when will my washing machine be delivered?
    stagnation: my router won't turn on / < Please unplug it and plug it in again. / still not working / < Try another socket. / no, same problem
    low_confidence: ~0.15 the thing with the thing / < Could you say that again? / ~0.2 that one there
    false_promise: Is my repair ready? / < I'll look into it and call you as soon as I know.
    false_promise: Nobody answers me / < I've made a note and a colleague will be in touch tomorrow.
    false_promise: Do you have it in size 42? / < I'll let you know when it is back in stock.
    none: My insurance agent called me yesterday and told me to ring you
    none: I'm not complaining, just asking
    none: I'm not angry, I only want to know your hours
    none: Is it legal to park in front of the shop?
    none: I live with another person and want to add them to the contract
    none: What is the price per person
    none: Are you a real person or a robot?
    none: I spoke to an agent yesterday and she said it was solved
    none: I work for a lawyer and would like to book a table for six
    none: I want to move my appointment on Tuesday / < To which day? / Thursday / < Thursday at ten then. / yes please
    none: Can I pay by card? / < Yes, by card or in cash. / and with my phone?
    none: I have fifteen years of experience as an electrician and am looking for a job
    none: I have a slight headache, do you have an appointment tomorrow?
    none: A table for two please / < Of course, I'll book the table for two at nine.
    none: hello / < Hello, how can I help you? / hello
    """

  static let portuguese = """
    explicit_request: Quero falar com alguém de verdade
    explicit_request: Olá boa tarde, estou há três dias com isto e prefiro ser atendido por uma pessoa
    explicit_request: Pode me passar para um humano, por favor?
    explicit_request: Não posso falar com uma pessoa?
    explicit_request: quero um atendente
    explicit_request: Não quero falar com um robô
    explicit_request: me transfere para o suporte, para alguém que saiba
    explicit_request: tem alguém de verdade aí para me atender?
    offer_accepted: Não consigo abrir a fatura / < Quer que eu passe para um colega? / sim, por favor
    offer_accepted: O código não chega / < Não consigo ver porquê. Prefere falar com uma pessoa da equipa? / pode ser
    offer_accepted: A caldeira faz um barulho estranho / < Se quiser, passo a chamada a um técnico. / perfeito, obrigado
    sensitive: Vocês me cobraram duas vezes a mesma conta
    sensitive: Usaram o meu cartão para uma compra que eu não fiz
    sensitive: O meu advogado vai entrar em contacto convosco
    sensitive: O meu pai está com uma dor muito forte no peito e não sei o que fazer
    sensitive: Já não quero viver
    sensitive: Tenho quinze anos e comprei isto sem os meus pais saberem
    sensitive: Quero o livro de reclamações
    sensitive: Quero que apaguem todos os meus dados pessoais
    frustration: Isto é uma vergonha / < Lamento, diga-me o que aconteceu. / Estou farto de esperar
    frustration: Vocês são uns incompetentes
    frustration: QUE PORCARIA DE EMPRESA, NADA FUNCIONA!!!
    stagnation: Quando chega o meu pedido da máquina de lavar? / < Os pedidos demoram três a cinco dias. / Mas quando chega o meu pedido da máquina de lavar?
    stagnation: o router não liga / < Desligue da tomada e volte a ligar. / continua sem funcionar / < Tente outra tomada. / nada, continua igual
    low_confidence: ~0.15 aquela coisa da coisa / < Pode repetir? / ~0.2 aquilo ali
    false_promise: A minha reparação está pronta? / < Vou verificar e ligo assim que souber.
    false_promise: Ninguém me responde / < Tomei nota e um colega vai entrar em contato amanhã.
    false_promise: Têm no tamanho 42? / < Aviso quando voltar a haver.
    none: O meu agente de seguros ligou-me ontem e disse para vos ligar
    none: Não estou a reclamar, só pergunto
    none: Não estou zangado, só quero saber o horário
    none: É legal estacionar em frente da loja?
    none: Moro com outra pessoa e quero incluí-la no contrato
    none: Qual é o preço por pessoa?
    none: Você é uma pessoa ou um robô?
    none: Ontem falei com um atendente e disse que já estava resolvido
    none: Trabalho para um advogado e queria reservar uma mesa para seis
    none: Quero mudar a consulta de terça / < Para que dia? / quinta / < Quinta às dez. / sim, por favor
    none: Posso pagar com cartão? / < Sim, com cartão ou em dinheiro. / e com o telemóvel?
    none: Tenho quinze anos de experiência como eletricista e procuro trabalho
    none: Estou com uma dor de cabeça leve, têm consulta amanhã?
    none: Uma mesa para dois / < Claro, confirmo a mesa para dois às nove.
    none: olá / < Olá, em que posso ajudar? / olá
    """
}
