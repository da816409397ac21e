/// The half of the labelled set on which the lists of words were made and mended.
enum Development {
  static let spanish = """
    explicit_request: Quiero hablar con una persona
    explicit_request: páseme con un agente, por favor
    explicit_request: operador
    explicit_request: ¿Puedo hablar con el encargado?
    explicit_request: Quiero que me atienda un humano
    explicit_request: prefiero hablar con alguien de ventas
    explicit_request: No quiero hablar con un robot, quiero hablar con una persona
    explicit_request: ¿Por qué no me pasan con una persona?
    explicit_request: necesito un agente
    offer_accepted: No entiendo la tarifa / < ¿Quiere que le pase con un agente? / sí
    offer_accepted: No sé qué plan tengo / < Puedo pasarle con una persona si lo prefiere. / de acuerdo
    offer_accepted: Mi línea no va / < ¿Le paso con un compañero del servicio técnico? / claro que sí
    sensitive: Hay un cargo en mi cuenta que no reconozco
    sensitive: Me han estafado
    sensitive: Os voy a denunciar
    sensitive: Esto lo vamos a ver en los tribunales
    sensitive: Creo que me está dando un infarto
    sensitive: Me quiero suicidar
    sensitive: Soy menor de edad
    sensitive: Quiero poner una reclamación
    sensitive: Elimine mis datos, es mi derecho según el RGPD
    frustration: No me sirve / < Lo siento. ¿Qué ha pasado? / Es la tercera vez que llamo, qué paciencia
    frustration: Menuda mierda de servicio
    frustration: esto es inaceptable / < Lo siento, dígame. / me parece una tomadura de pelo
    stagnation: ¿Dónde está mi paquete de ayer? / < Puede verlo en la web. / Dónde está mi paquete de ayer
    stagnation: Quiero cambiar la clave del wifi / < Entre en la aplicación. / no funciona / < Pruebe de nuevo. / no me ha servido
    stagnation: Necesito el contrato nuevo / < Puede descargarlo en la web. / En la web no lo veo / < Puede descargarlo en la web.
    low_confidence: !unheard / !unheard
    false_promise: ¿Cuándo abre la tienda nueva? / < Lo consulto y le digo algo.
    false_promise: ¿Y mi devolución? / < Le llamaremos en un plazo de 24 horas.
    none: Buenos días, quería saber el horario
    none: No quiero hablar con una persona, solo dígame el saldo
    none: después de hablar con un agente me quedó una duda sobre el precio
    none: Mi hijo es una persona con movilidad reducida, ¿hay rampa?
    none: Soy abogado y quería reservar una mesa
    none: hay mucha demanda de este modelo, ¿lo tenéis?
    none: no, no quiero poner ninguna reclamación
    none: ¿Puedo pagar dos veces al mes?
    none: No está mal, gracias
    none: Casi me da un infarto de la risa
    none: Tengo quince años de antigüedad como cliente
    none: ¿Le paso mi número de pedido? / < Sí, dígame. / es el 4 5 6
    none: ¿Hacéis envíos a Canarias? / < Sí, tardan cinco días. Le enviaremos un correo cuando salga.
    none: ¿A qué hora cerráis? / < A las ocho. / ¿Y los domingos? / < Los domingos cerramos.
    none: No me llega el correo / < ¿Quiere que le pase con un compañero? / no, gracias
    none: VALE
    none: ~0.2 eh / < ¿Perdone? / ~0.9 el horario de mañana
    none: ¿Mi pedido está listo? / < Un momento, lo compruebo. Sí, puede recogerlo hoy.
    explicit_request: buenas mire yo es que no me entero de nada con esto, no hay nadie con quien hablar?
    explicit_request: ponme con Marta la de la tienda
    explicit_request: q me llame alguien pls, esto es urgente
    explicit_request: A ver, ¿esto lo lleva alguna persona o solo contestáis con el programa? Quiero alguien de carne y hueso
    explicit_request: me comunica con soporte por favor señorita
    explicit_request: necesito hablar urgente con quien lleve las devoluciones
    offer_accepted: no me carga la web / < Si lo desea puedo pasarle con un agente de soporte. / si porfa
    offer_accepted: se ha roto la pantalla / < ¿Le comunico con un técnico? / ándele pues
    sensitive: me han vaciado la cuenta
    sensitive: voy a llevar esto a juicio y lo vais a pagar caro
    sensitive: el niño se ha tragado una pila de vuestro mando
    sensitive: me llegó el recibo con un importe que no es, me cobran el doble de lo pactado
    sensitive: pido que se cancelen mis datos de vuestro sistema conforme a la ley
    frustration: vaya tela con vosotros / < ¿Qué ha ocurrido? / llevo toda la mañana al teléfono y nada de nada
    frustration: es la última vez que os compro algo, qué sinvergüenzas
    stagnation: que cuando viene el técnico / < El plazo es de 48 horas. / ya pero cuando viene / < El plazo es de 48 horas.
    false_promise: ¿me cambiáis la fecha? / < Hablo con el almacén y le cuento esta tarde.
    none: mi compañera me ha dicho que puedo pedir factura sin IVA
    none: soy la responsable de compras de un hotel y quería un presupuesto
    none: mi operador es Movistar, ¿es compatible?
    none: tengo que ir al juzgado mañana, ¿a qué hora abrís el parking?
    none: me podéis cobrar dos entradas en vez de una?
    none: ¿hay descuento para menores? mi hija tiene quince años
    none: el técnico que vino ayer muy majo, gracias
    none: no tengo queja ninguna, todo perfecto
    none: el anterior pedido llegó fatal pero este genial
    none: trabajo en el departamento de ventas de una empresa de aquí al lado
    none: MARIA GARCIA LOPEZ
    explicit_request: Buenas, ¿me podría atender alguien del departamento de bajas?
    explicit_request: esto no me vale, que me coja el teléfono una persona por favor
    explicit_request: quiero que me llame un comercial
    explicit_request: ¿cómo hago para hablar con alguno de vosotros?
    explicit_request: agente ya
    explicit_request: con el bot no llego a ningún lado, pásame a un humano
    offer_accepted: no puedo entrar en mi cuenta / < ¿Quiere que un compañero le ayude con esto? / se lo agradecería
    offer_accepted: el mando no empareja / < Podría pasarle con soporte técnico, ¿le parece? / me parece bien
    sensitive: tengo un apunte de 80 euros que yo no he hecho
    sensitive: voy a poner esto en manos de mi abogada
    sensitive: mi hija se ha caído y no responde, no sé a quién llamar
    sensitive: a veces pienso en desaparecer y acabar con todo
    sensitive: ¿dónde presento una queja por escrito?
    sensitive: quiero darme de baja y que eliminéis toda mi información
    frustration: Qué poca vergüenza / < Lamento lo ocurrido. / me parece increíble que tratéis así a la gente
    frustration: sois unos chorizos
    frustration: esto es un cachondeo / < Cuénteme. / otra vez me decís lo mismo, menuda pérdida de tiempo
    stagnation: no me deja iniciar sesión en la app / < Reinicie el móvil. / no me deja iniciar sesión en la aplicación / < Reinicie el móvil.
    stagnation: la tele no coge el wifi / < Acérquela al router. / nada, no va / < Reiníciela. / tampoco
    false_promise: ¿se puede adelantar la entrega? / < Lo hablo con mis compañeros y le doy una respuesta.
    false_promise: Falta una pieza / < En cuanto sepamos algo le mandamos un mensaje.
    none: me dijo mi vecina que a ella le llamó un comercial vuestro
    none: hola, soy agente inmobiliario y necesito internet en la oficina
    none: ¿puedo pagar el recibo en dos veces?
    none: el abogado de mi empresa necesita copia del contrato, ¿me la envías?
    none: no tengo prisa ni estoy molesto, cuando puedas
    none: ¿qué tal es el servicio técnico que tenéis?
    none: me encanta, es la leche
    none: quiero una mesa para quince personas
    none: ¿tenéis libros de derecho penal?
    none: ¿Me puedes pasar el enlace? / < Claro, se lo envío ahora mismo. / sí, gracias
    """

  static let english = """
    explicit_request: I want to speak to a person
    explicit_request: agent!
    explicit_request: operator please
    explicit_request: can you transfer me to someone
    explicit_request: Put me through to customer service please
    explicit_request: I need to talk to a manager about my bill
    explicit_request: I don't want to talk to a machine, give me a human
    explicit_request: why don't you connect me to a person
    explicit_request: can I speak with someone in billing
    offer_accepted: I don't understand my plan / < Would you like to speak to an agent? / yes
    offer_accepted: My line is dead / < I can put you through to our technical team. / ok, do that
    offer_accepted: It says error 12 / < Shall I get a colleague for you? / absolutely
    sensitive: There is a charge on my account I don't recognise
    sensitive: I've been scammed
    sensitive: I'm going to sue you
    sensitive: I'll see you in court
    sensitive: I think I'm having a heart attack
    sensitive: I want to kill myself
    sensitive: I am a minor
    sensitive: I'd like to make a complaint
    sensitive: Delete my data, it's my right under the GDPR
    frustration: That's useless / < I'm sorry, what happened? / This is the third time I've called
    frustration: what a shitty service
    frustration: this is unacceptable / < I'm sorry. Tell me. / honestly it's a joke
    stagnation: Where is yesterday's parcel / < You can see it on our site. / where is yesterdays parcel
    stagnation: I want to change my wifi password / < Open the app. / it doesn't work / < Try again. / that didn't help
    stagnation: I need the new contract / < You can download it from our site. / I can't see it there / < You can download it from our site.
    low_confidence: !unheard / !unheard
    false_promise: When does the new shop open? / < Let me check and get back to you.
    false_promise: And my refund? / < We will call you back within 24 hours.
    none: Good morning, what are your hours
    none: I don't want to speak to a person, just tell me my balance
    none: after talking to an agent I still have a question about the price
    none: is there a fee per person for the tour
    none: my travel agent called me
    none: I am a lawyer and would like to reserve a table
    none: is this legal advice free
    none: no, I have no complaints
    none: can I pay twice a month
    none: not bad, thanks
    none: the price almost gave me a heart attack
    none: it's only a minor issue with the label
    none: Do you ship to Ireland? / < Yes, it takes five days. We will send you an email once it leaves.
    none: What time do you close? / < At eight. / and on Sundays? / < We are closed on Sundays.
    none: The email isn't arriving / < Would you like me to put you through to a colleague? / no thanks
    none: OK
    none: ~0.2 uh / < Sorry? / ~0.9 tomorrow's hours
    none: Is my order ready? / < One moment, let me check. Yes, you can pick it up today.
    explicit_request: is anybody there? like an actual somebody not this thing
    explicit_request: put me on to Martha in the shop
    explicit_request: pls have someone call me its urgent
    explicit_request: can u get a human on here
    explicit_request: look love I just want to talk to whoever does the returns
    explicit_request: could I have a word with one of your colleagues
    offer_accepted: the site won't load / < If you'd like I can transfer you to a support agent. / yes pls
    offer_accepted: the screen is cracked / < Shall I put you through to a technician? / go on then
    sensitive: someone emptied my account
    sensitive: I'm taking this to the small claims court
    sensitive: my toddler swallowed the battery from your remote
    sensitive: you've taken the payment out two times this month
    sensitive: I want everything you hold on me wiped
    frustration: you lot are unbelievable / < What happened? / been on the phone all morning and nothing
    frustration: last time I ever buy from you, bunch of crooks
    stagnation: so when is the engineer coming / < It takes 48 hours. / yes but when is he coming / < It takes 48 hours.
    false_promise: Can you change the date? / < I'll talk to the warehouse and tell you this afternoon.
    none: my colleague told me I can get an invoice without VAT
    none: I'm the manager of a hotel and would like a quote
    none: my operator is Vodafone, is it compatible
    none: I have to be in court tomorrow, when does the car park open
    none: can you charge me for two tickets instead of one
    none: is there a discount for minors, my daughter is fifteen
    none: the engineer who came yesterday was lovely, thanks
    none: no complaints at all, everything was perfect
    none: the last order was terrible but this one is great
    none: I work in the sales department of a company next door
    none: MARY JANE SMITH
    explicit_request: Hi, could someone from cancellations help me please
    explicit_request: this isn't working, just let a person pick up
    explicit_request: I'd like a salesperson to ring me
    explicit_request: how do I get hold of one of you guys
    explicit_request: agent now
    explicit_request: the bot is getting me nowhere, pass me over to a human
    offer_accepted: I can't get into my account / < Would you like a colleague to help you with that? / I'd appreciate that
    offer_accepted: the remote won't pair / < I could put you through to technical support, would that be all right? / that works for me
    sensitive: there's an 80 euro payment I never made
    sensitive: I'm putting this in the hands of my solicitor
    sensitive: my daughter fell and she isn't responding, I don't know who to call
    sensitive: sometimes I think about disappearing and ending it all
    sensitive: where do I send a written complaint
    sensitive: I want to leave and have all of my information removed
    frustration: the nerve of you / < I'm sorry about that. / it's unbelievable that you treat people like this
    frustration: you are a bunch of cowboys
    frustration: this is a circus / < Tell me. / you are telling me the same thing again, such a waste of time
    stagnation: I can't log in to the app / < Restart your phone. / I cannot log in to the app / < Restart your phone.
    stagnation: the tv won't join the wifi / < Move it closer. / no it doesn't / < Restart it. / that's no good either
    false_promise: can the delivery be earlier / < I'll speak to my colleagues and give you an answer.
    false_promise: a part is missing / < As soon as we hear something we'll send you a message.
    none: my neighbour said one of your salespeople rang her
    none: hello, I'm an estate agent and need internet at the office
    none: can I pay the bill in two instalments
    none: our company lawyer needs a copy of the contract, can you send it
    none: no rush and I'm not upset, whenever you can
    none: how good is your technical support
    none: love it, it's the bomb
    none: I want a table for fifteen people
    none: do you have books on criminal law
    none: Can you send me the link / < Sure, I'm sending it now. / yes, thanks
    """

  static let portuguese = """
    explicit_request: Quero falar com uma pessoa
    explicit_request: atendente
    explicit_request: passe-me a um operador, por favor
    explicit_request: posso falar com o gerente?
    explicit_request: quero ser atendido por um humano
    explicit_request: prefiro falar com alguém das vendas
    explicit_request: Não quero falar com uma máquina, quero falar com uma pessoa
    explicit_request: por que não me passam para uma pessoa?
    explicit_request: preciso de um atendente
    offer_accepted: Não entendo o meu plano / < Quer que eu passe para um atendente? / sim
    offer_accepted: Não sei que plano tenho / < Posso passar para uma pessoa, se preferir. / está bem
    offer_accepted: A linha não funciona / < Quer falar com um colega da equipa técnica? / claro que sim
    sensitive: Há uma cobrança na minha conta que não reconheço
    sensitive: Caí num golpe
    sensitive: Vou processar vocês
    sensitive: Vou ao Procon
    sensitive: Acho que estou a ter um enfarte
    sensitive: Quero me matar
    sensitive: Sou menor de idade
    sensitive: Quero fazer uma reclamação
    sensitive: Excluam os meus dados, é meu direito pela LGPD
    frustration: Isso não serve para nada / < Lamento. O que aconteceu? / É a terceira vez que ligo
    frustration: que merda de serviço
    frustration: isto é inaceitável / < Lamento, diga. / parece brincadeira
    stagnation: Onde está a minha encomenda de ontem? / < Pode ver no site. / onde está a minha encomenda de ontem
    stagnation: Quero mudar a senha do wifi / < Abra a aplicação. / não funciona / < Tente de novo. / não resolveu
    stagnation: Preciso do contrato novo / < Pode descarregar no site. / No site não vejo / < Pode descarregar no site.
    low_confidence: !unheard / !unheard
    false_promise: Quando abre a loja nova? / < Vou verificar e retorno.
    false_promise: E o meu reembolso? / < Entraremos em contacto em 24 horas.
    none: Bom dia, queria saber o horário
    none: Não quero falar com uma pessoa, só diga o saldo
    none: depois de falar com um atendente fiquei com uma dúvida sobre o preço
    none: O meu filho é uma pessoa com mobilidade reduzida, há rampa?
    none: Sou advogado e queria reservar uma mesa
    none: há muita procura por este modelo, têm?
    none: não, não quero fazer nenhuma reclamação
    none: posso pagar duas vezes por mês?
    none: não está mal, obrigado
    none: quase tive um enfarte de tanto rir
    none: tenho quinze anos de casa como cliente
    none: Fazem entregas na Madeira? / < Sim, demora cinco dias. Enviaremos um e-mail quando sair.
    none: A que horas fecham? / < Às oito. / E aos domingos? / < Aos domingos fechamos.
    none: O e-mail não chega / < Quer que eu passe para um colega? / não, obrigado
    none: OK
    none: ~0.2 hã / < Perdão? / ~0.9 o horário de amanhã
    none: O meu pedido está pronto? / < Um momento, vou ver. Sim, pode levantar hoje.
    explicit_request: olhe eu não percebo nada disto, não há ninguém com quem falar?
    explicit_request: passa aí para a Marta da loja
    explicit_request: alguém me liga pfv, é urgente
    explicit_request: quero gente de carne e osso
    explicit_request: me passa pro suporte por favor moça
    explicit_request: preciso falar com urgência com quem trata das devoluções
    offer_accepted: o site não carrega / < Se desejar posso passar para um agente de suporte. / sim pfv
    offer_accepted: o ecrã partiu / < Quer que passe a chamada a um técnico? / bora lá
    sensitive: limparam a minha conta
    sensitive: vou levar isto a tribunal
    sensitive: o menino engoliu a pilha do vosso comando
    sensitive: a fatura veio com o dobro do combinado
    sensitive: quero que tirem os meus dados do sistema
    frustration: vocês são demais / < O que aconteceu? / estou a manhã inteira ao telefone e nada
    frustration: nunca mais compro aqui, bando de ladrões
    stagnation: mas quando vem o técnico / < O prazo é de 48 horas. / sim mas quando vem / < O prazo é de 48 horas.
    false_promise: Podem mudar a data? / < Falo com o armazém e digo-lhe esta tarde.
    none: a minha colega disse que posso pedir fatura sem IVA
    none: sou a responsável de compras de um hotel e queria um orçamento
    none: a minha operadora é a Vivo, é compatível?
    none: tenho de ir ao tribunal amanhã, a que horas abre o estacionamento?
    none: podem cobrar duas entradas em vez de uma?
    none: há desconto para menores? a minha filha tem quinze anos
    none: o técnico que veio ontem foi ótimo, obrigado
    none: não tenho queixa nenhuma, tudo perfeito
    none: o pedido anterior veio péssimo mas este está ótimo
    none: trabalho no departamento de vendas de uma empresa aqui ao lado
    none: MARIA SILVA SANTOS
    explicit_request: Boas, alguém do departamento de cancelamentos pode me atender?
    explicit_request: isto não serve, quero que uma pessoa pegue no telefone
    explicit_request: quero que um comercial me ligue
    explicit_request: como faço para falar com algum de vocês?
    explicit_request: atendente já
    explicit_request: com o bot não vou a lado nenhum, passa-me a um humano
    offer_accepted: não consigo entrar na minha conta / < Quer que um colega o ajude com isso? / agradecia
    offer_accepted: o comando não emparelha / < Posso passar para o suporte técnico, pode ser? / pode ser
    sensitive: tenho um movimento de 80 euros que não fui eu que fiz
    sensitive: vou entregar isto à minha advogada
    sensitive: a minha filha caiu e não responde, não sei a quem ligar
    sensitive: às vezes penso em desaparecer e acabar com tudo
    sensitive: onde apresento uma queixa por escrito?
    sensitive: quero cancelar e que eliminem toda a minha informação
    frustration: que falta de vergonha / < Lamento o sucedido. / acho incrível que tratem assim as pessoas
    frustration: são uns aldrabões
    frustration: isto é um circo / < Conte-me. / outra vez a mesma conversa, que perda de tempo
    stagnation: não me deixa iniciar sessão na app / < Reinicie o telemóvel. / não me deixa iniciar sessão na aplicação / < Reinicie o telemóvel.
    stagnation: a tv não apanha o wifi / < Aproxime-a do router. / nada, não dá / < Reinicie. / também não
    false_promise: dá para adiantar a entrega? / < Falo com os meus colegas e dou-lhe uma resposta.
    false_promise: Falta uma peça / < Assim que soubermos algo mandamos uma mensagem.
    none: a minha vizinha disse que um comercial vosso lhe ligou
    none: olá, sou agente imobiliário e preciso de internet no escritório
    none: posso pagar a fatura em duas vezes?
    none: o advogado da minha empresa precisa de uma cópia do contrato, pode enviar?
    none: não tenho pressa nem estou chateado, quando puder
    none: o vosso suporte técnico é bom?
    none: adorei, é o máximo
    none: quero uma mesa para quinze pessoas
    none: têm livros de direito penal?
    none: Pode me passar o link? / < Claro, envio já. / sim, obrigado
    """
}
