-- The register's other roles that carry access management: owners, partners, trustees and the leaders
-- of public bodies, who also decide which suppliers may act for their organisation.
ALTER TABLE organisation_role DROP CONSTRAINT organisation_role_role_check;
ALTER TABLE organisation_role ADD CONSTRAINT organisation_role_role_check CHECK (role IN (
    'BEST', 'BOBE', 'DAGL', 'DTPR', 'DTSO', 'FFOR', 'INNH', 'KEMN', 'KNUF', 'KOMK', 'KOMP', 'LEDE', 'MEDL', 'PRIV',
    'REPR', 'SAM', 'SIGN', 'SREVA'
));
