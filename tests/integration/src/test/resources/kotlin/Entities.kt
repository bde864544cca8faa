package dev.tegula.kotlin

import dev.tegula.value.Sensitive
import dev.tegula.blindindex.BlindIndex
import dev.tegula.hibernate.BlindIndexOf
import dev.tegula.Tegula
import dev.tegula.hibernate.Encrypted
import dev.tegula.jpa.EncryptedConverter
import jakarta.persistence.AttributeConverter
import jakarta.persistence.Convert
import jakarta.persistence.Converter
import jakarta.persistence.ElementCollection
import jakarta.persistence.Embeddable
import jakarta.persistence.Embedded
import jakarta.persistence.Entity
import jakarta.persistence.GeneratedValue
import jakarta.persistence.Id
import java.math.BigDecimal
import java.time.LocalDate
import java.util.UUID

enum class Blood { A, B, AB, O }

@JvmInline
value class Phone(val digits: String)

/** The annotation without a target, in the constructor and in the body; a default for each parameter, which makes the empty constructor. */
@Entity(name = "Person")
class Person(
    @Id @GeneratedValue var id: UUID? = null,
    var name: String = "",
    @Encrypted("kotlin.ssn") var ssn: String = "",
    @field:Encrypted("kotlin.born") val born: LocalDate? = null,
    @Encrypted("kotlin.weight") var weight: Int? = null,
    @Encrypted("kotlin.height") var height: Int = 0,
    @Encrypted("kotlin.blood") var blood: Blood? = null,
    @Encrypted("kotlin.phone") var phone: Phone = Phone(""),
    @BlindIndexOf("ssn") var ssnIndex: BlindIndex? = null,
) {
    @Encrypted("kotlin.note")
    lateinit var note: String

    @Encrypted("kotlin.answers")
    var answers: Map<String, String> = emptyMap()

    @ElementCollection
    @Encrypted("kotlin.alias")
    var aliases: MutableList<String> = mutableListOf()

    @Embedded
    var address: Address = Address()
}

@Embeddable
data class Address(@Encrypted("kotlin.street") val street: String = "", val city: String = "")

/** By its properties: the annotations are on the getters. */
@Entity(name = "Visit")
open class Visit {
    @get:Id
    open var id: Long = 0

    @get:Encrypted("kotlin.visit")
    open var reason: String? = null
}

/** Its toString prints what it holds, but not what is Sensitive. */
@Entity(name = "Card")
data class Card(
    @Id val id: Long = 0,
    @Encrypted("kotlin.number") val number: Sensitive<String>? = null,
    @Encrypted("kotlin.ceiling") val ceiling: BigDecimal = BigDecimal.ZERO,
)

@Entity(name = "OnGetter")
class OnGetter(@Id var id: Long = 0, @get:Encrypted("kotlin.getter") var secret: String = "")

@Entity(name = "OnSetter")
class OnSetter(@Id var id: Long = 0, @set:Encrypted("kotlin.setter") var secret: String = "")

@Entity(name = "OnDelegate")
class OnDelegate(@Id var id: Long = 0) {
    @delegate:Encrypted("kotlin.delegate")
    val secret: String by lazy { "CANARY" }
}

/** The getter of a property in the body, of an entity whose fields are mapped. */
@Entity(name = "InBody")
class InBody(@Id var id: Long = 0) {
    @get:Encrypted("kotlin.body")
    var secret: String = ""
}

@Embeddable
class GetterInside(@get:Encrypted("kotlin.inside") var secret: String = "")

@Entity(name = "Holder")
class Holder(@Id var id: Long = 0, @Embedded var inside: GetterInside = GetterInside())

object Engines {
    @JvmField var tegula: Tegula? = null
}

@Converter
class NoteConverter :
    EncryptedConverter<String>({ Engines.tegula!! }, "kotlin.converted", String::class.java),
    AttributeConverter<String, ByteArray>

@Entity(name = "Letter")
class Letter(@Id var id: Long = 0, @Convert(converter = NoteConverter::class) var note: String? = null) {
    @Convert(converter = NoteConverter::class)
    var more: String = ""
}

@Entity(name = "ConvertedGetter")
class ConvertedGetter(@Id var id: Long = 0, @get:Convert(converter = NoteConverter::class) var note: String = "")
