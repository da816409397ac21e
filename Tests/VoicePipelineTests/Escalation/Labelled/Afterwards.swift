/// A third part: written after the lists were finished and looked at once. Nothing is tuned on it; it shows how far lists
/// of words carry on what they were not written for.
enum Afterwards {
  static let spanish = """
    explicit_request: Hola, quería hablar con alguien por lo de mi contrato
    explicit_request: mira, prefiero que me lo explique una persona
    explicit_request: ¿me puedes poner con tu supervisor?
    explicit_request: no me estás ayudando, quiero un operador humano
    explicit_request: ¿Hay algún teléfono donde me atiendan personas?
    explicit_request: por favor necesito que alguien me ayude con esto, no tú
    explicit_request: que se ponga tu jefe
    explicit_request: Quisiera ser atendida por un ejecutivo
    explicit_request: dile a alguien que me escriba
    explicit_request: comunícame con un asesor porfa
    offer_accepted: no entiendo el cargo / < Si quiere, le paso con facturación. / sí, páseme
    offer_accepted: quiero cambiar de plan / < ¿Le pongo con un asesor? / bueno, vale
    sensitive: me aparece dos veces el mismo cargo en el banco
    sensitive: creo que me han timado con un correo vuestro falso
    sensitive: pondré una denuncia en consumo
    sensitive: mi madre se ha desmayado al tomar el producto
    sensitive: no puedo más, me quiero morir
    sensitive: ¿cómo pongo una queja formal?
    sensitive: borrad mi número y mis datos de vuestra base
    frustration: vaya mierda de atención
    frustration: Esto es indignante, llevo una semana esperando / < Lo siento mucho. / no me sirve que lo sientas
    stagnation: ¿puedo cambiar la dirección de entrega de mi pedido? / < En su cuenta. / digo que si puedo cambiar la dirección de entrega del pedido
    stagnation: no me funciona el mando / < Cambie las pilas. / no funciona / < Resetéelo. / que no funciona
    false_promise: ¿Cuándo me lo arreglan? / < Le avisaremos cuando esté listo.
    false_promise: ¿Tienen sitio el sábado? / < Lo miro y le digo algo en un rato.
    none: ¿podéis atender a una persona sorda?
    none: quiero cambiar la persona de contacto
    none: necesito ayuda con la factura
    none: ¿me ayudas a cambiar la clave?
    none: hablé con Juan y quedó todo claro
    none: ¿cuánto tarda en responder el técnico de media?
    none: no, gracias, ya está todo
    none: ¡¡¡GRACIAS!!! SOIS LOS MEJORES
    none: me tengo que ir, luego sigo
    none: estoy buscando un regalo para mi jefe
    """

  static let english = """
    explicit_request: Hi, I wanted to talk to someone about my contract
    explicit_request: look, I'd rather have a person explain it to me
    explicit_request: can you put me on to your supervisor?
    explicit_request: you're not helping, I want a human operator
    explicit_request: Is there a phone number where people answer?
    explicit_request: please I need someone to help me with this, not you
    explicit_request: let me talk to your boss
    explicit_request: I wish to be assisted by an executive
    explicit_request: tell someone to write to me
    explicit_request: connect me with an advisor pls
    offer_accepted: I don't understand the charge / < If you like I can put you through to billing. / yes, put me through
    offer_accepted: I want to change my plan / < Shall I connect you to an advisor? / alright then
    sensitive: the same charge shows up twice at my bank
    sensitive: I think I was conned by a fake email from you
    sensitive: I'm reporting you to trading standards
    sensitive: my mother passed out after taking the product
    sensitive: I can't go on, I want to die
    sensitive: how do I make a formal complaint?
    sensitive: delete my number and my data from your database
    frustration: what a crap service
    frustration: This is outrageous, I've been waiting for a week / < I'm very sorry. / your being sorry is useless to me
    stagnation: can I change the delivery address of my order? / < In your account. / I'm asking if I can change the delivery address of my order
    stagnation: my remote doesn't work / < Change the batteries. / doesn't work / < Reset it. / it does not work
    false_promise: When will it be fixed? / < We'll let you know when it's ready.
    false_promise: Any room on Saturday? / < I'll have a look and get back to you in a bit.
    none: can you serve a deaf person?
    none: I want to change the contact person
    none: I need help with the bill
    none: can you help me change the password?
    none: I talked to John and everything is clear
    none: how long does the engineer take to answer on average?
    none: no thanks, that's everything
    none: THANK YOU!!! YOU ARE THE BEST
    none: I have to go, I'll continue later
    none: I'm looking for a present for my boss
    """

  static let portuguese = """
    explicit_request: Olá, queria falar com alguém sobre o meu contrato
    explicit_request: olhe, prefiro que uma pessoa me explique
    explicit_request: pode me passar para o seu supervisor?
    explicit_request: não está a ajudar, quero um operador humano
    explicit_request: Há algum telefone onde atendam pessoas?
    explicit_request: por favor preciso que alguém me ajude com isto, não você
    explicit_request: chama o teu chefe
    explicit_request: Gostaria de ser atendida por um gerente
    explicit_request: diga a alguém que me escreva
    explicit_request: me conecta com um atendente pfv
    offer_accepted: não entendo a cobrança / < Se quiser, passo para a faturação. / sim, passe
    offer_accepted: quero mudar de plano / < Quer falar com um atendente? / tá bom
    sensitive: aparece duas vezes a mesma cobrança no banco
    sensitive: acho que fui enganado por um e-mail falso vosso
    sensitive: vou fazer queixa na deco
    sensitive: a minha mãe desmaiou ao tomar o produto
    sensitive: não aguento mais, quero morrer
    sensitive: como faço uma reclamação formal?
    sensitive: apaguem o meu número e os meus dados da vossa base
    frustration: que porcaria de atendimento
    frustration: Isto é inadmissível, estou há uma semana à espera / < Lamento muito. / não me serve que lamente
    stagnation: posso mudar a morada de entrega do meu pedido? / < Na sua conta. / pergunto se posso mudar a morada de entrega do pedido
    stagnation: o comando não funciona / < Troque as pilhas. / não funciona / < Reinicie. / já disse que não funciona
    false_promise: Quando fica arranjado? / < Avisaremos quando estiver pronto.
    false_promise: Têm lugar no sábado? / < Vou ver e digo algo daqui a pouco.
    none: conseguem atender uma pessoa surda?
    none: quero mudar a pessoa de contacto
    none: preciso de ajuda com a fatura
    none: ajuda-me a mudar a senha?
    none: falei com o João e ficou tudo claro
    none: quanto tempo demora o técnico a responder em média?
    none: não, obrigado, está tudo
    none: OBRIGADO!!! SÃO OS MELHORES
    none: tenho de ir, depois continuo
    none: procuro um presente para o meu chefe
    """
}
