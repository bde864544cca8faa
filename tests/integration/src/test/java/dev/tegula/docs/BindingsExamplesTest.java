package dev.tegula.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tegula.Context;
import dev.tegula.FieldCipher;
import dev.tegula.FieldSpec;
import dev.tegula.hibernate.json.JsonCodec;
import dev.tegula.test.TestTegula;
import dev.tegula.testing.TestDatabase;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Result;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.apache.ibatis.type.BaseTypeHandler;
import org.apache.ibatis.type.JdbcType;
import org.jdbi.v3.core.Jdbi;
import org.jooq.Converter;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of docs/jdbc.md, run as they stand there. */
final class BindingsExamplesTest {

    record Insurance(String number, int tariff) {}

    private static DataSource database;
    private static TestTegula test;

    @BeforeAll
    static void start() {
        database = TestDatabase.create().dataSource();
        test = TestTegula.create();
        App.engine = test.get();
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    @BeforeEach
    void table() throws SQLException {
        execute("drop table if exists patient");
        execute("create table patient (id int8 primary key, ssn bytea, insurance bytea)");
    }

    @Test
    void jdbc_ofARecord_storesAndReads() throws SQLException {
        try (Connection connection = database.getConnection()) {
            // docs:begin jdbc-record
            FieldCipher<Insurance> insurance =
                    App.tegula().field(FieldSpec.of("patient.insurance", JsonCodec.of(Insurance.class)));
            // docs:end jdbc-record
            // docs:begin jdbc-plain
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into patient (id, insurance) values (1, ?)")) {
                insert.setBytes(1, insurance.encrypt(new Insurance("A-1", 3), Context.noTenant()));
                insert.executeUpdate();
            }
            // docs:end jdbc-plain
            try (PreparedStatement select = connection.prepareStatement("select insurance from patient");
                    ResultSet row = select.executeQuery()) {
                row.next();
                assertThat(insurance.decrypt(row.getBytes(1), Context.noTenant()))
                        .isEqualTo(new Insurance("A-1", 3));
            }
        }
    }

    @Test
    void jooq_storesAndReads() throws SQLException {
        FieldCipher<String> ssn = App.tegula().field("patient.ssn", String.class);
        // docs:begin jdbc-jooq
        var encrypted = Converter.ofNullable(byte[].class, String.class, ssn::fromColumn, ssn::toColumn);
        // docs:end jdbc-jooq
        Field<String> column = DSL.field("ssn", SQLDataType.BLOB.asConvertedDataType(encrypted));
        try (Connection connection = database.getConnection()) {
            var context = DSL.using(connection, SQLDialect.POSTGRES);

            context.insertInto(DSL.table("patient"), DSL.field("id"), column)
                    .values(1L, "123-45-6789")
                    .execute();

            assertThat(context.select(column).from("patient").fetchOne(column)).isEqualTo("123-45-6789");
        }
        assertStored();
    }

    @Test
    void jdbi_storesAndReads() throws SQLException {
        FieldCipher<String> ssn = App.tegula().field("patient.ssn", String.class);
        Jdbi jdbi = Jdbi.create(database);

        jdbi.useHandle(handle -> handle.createUpdate("insert into patient (id, ssn) values (1, :ssn)")
                .bind("ssn", ssn.toColumn("123-45-6789"))
                .execute());

        // docs:begin jdbc-jdbi
        String found = jdbi.withHandle(handle -> handle.createQuery("select ssn from patient")
                .map((row, context) -> ssn.fromColumn(row.getBytes("ssn")))
                .one());
        // docs:end jdbc-jdbi
        assertThat(found).isEqualTo("123-45-6789");
        assertStored();
    }

    @Test
    void myBatis_storesAndReads() throws SQLException {
        Configuration configuration =
                new Configuration(new Environment("test", new JdbcTransactionFactory(), database));
        configuration.addMapper(PatientMapper.class);
        try (SqlSession session =
                new SqlSessionFactoryBuilder().build(configuration).openSession(true)) {
            session.getMapper(PatientMapper.class).insert(1, "123-45-6789");

            assertThat(session.getMapper(PatientMapper.class).find(1).ssn).isEqualTo("123-45-6789");
        }
        assertStored();
    }

    public static class PatientRow {
        public long id;
        public String ssn;
    }

    public interface PatientMapper {
        @Insert(
                "insert into patient (id, ssn) values (#{id}, #{ssn,typeHandler=dev.tegula.docs.BindingsExamplesTest$Ssn})")
        void insert(@Param("id") long id, @Param("ssn") String ssn);

        @Select("select id, ssn from patient where id = #{id}")
        @Result(property = "ssn", column = "ssn", typeHandler = Ssn.class)
        PatientRow find(long id);
    }

    public static class Ssn extends BaseTypeHandler<String> {
        // docs:begin jdbc-mybatis
        private final FieldCipher<String> ssn = App.tegula().field("patient.ssn", String.class);

        @Override
        public void setNonNullParameter(PreparedStatement target, int index, String value, JdbcType type)
                throws SQLException {
            target.setBytes(index, ssn.toColumn(value));
        }

        @Override
        public String getNullableResult(ResultSet row, String column) throws SQLException {
            return ssn.fromColumn(row.getBytes(column));
        }
        // docs:end jdbc-mybatis

        @Override
        public String getNullableResult(ResultSet row, int column) throws SQLException {
            return ssn.fromColumn(row.getBytes(column));
        }

        @Override
        public String getNullableResult(CallableStatement call, int column) throws SQLException {
            return ssn.fromColumn(call.getBytes(column));
        }
    }

    private static void assertStored() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("select get_byte(ssn, 0), length(ssn) from patient");
                ResultSet row = select.executeQuery()) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(1);
            assertThat(row.getInt(2)).isEqualTo(75 + "123-45-6789".length());
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }
}
