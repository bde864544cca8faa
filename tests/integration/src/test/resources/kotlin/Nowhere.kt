package dev.tegula.kotlin

import dev.tegula.hibernate.Encrypted

class OnParameter(@param:Encrypted("kotlin.parameter") var secret: String = "")

class OnProperty(@property:Encrypted("kotlin.property") var secret: String = "")
